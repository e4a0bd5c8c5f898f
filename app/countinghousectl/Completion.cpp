// SPDX-License-Identifier: GPL-3.0-or-later
#include "Completion.h"

#include "CommandForms.h"

#include <QSet>

namespace ch::ctl {

namespace completing {

/// The names of those that wanted holds for, in the program's order.
template <typename Wanted>
QStringList optionsOf(Wanted wanted)
{
    QStringList out;
    for (const OptionShape& option : optionShapes()) {
        if (wanted(option)) {
            out << QLatin1String(option.name);
        }
    }
    return out;
}

QStringList common()
{
    return optionsOf([](const OptionShape& option) { return option.isCommon; });
}

/// Those that this must follow.
QStringList taking(OptionValue value)
{
    return optionsOf([value](const OptionShape& option) { return option.value == value; });
}

QStringList dashed(const QStringList& options)
{
    QStringList out;
    for (const QString& option : options) {
        out << QStringLiteral("--") + option;
    }
    return out;
}

QString words(const QStringList& list)
{
    return list.join(QLatin1Char(' '));
}

bool takesFile(const CommandShape& shape)
{
    return shape.operand.contains(QLatin1String("file"));
}

QStringList firstWords(const std::vector<CommandShape>& shapes)
{
    QStringList out;
    for (const CommandShape& shape : shapes) {
        out << shape.words.first();
    }
    out.removeDuplicates();
    return out;
}

/// The second words of commands that begin with this one.
QStringList secondWords(const std::vector<CommandShape>& shapes, const QString& first)
{
    QStringList out;
    for (const CommandShape& shape : shapes) {
        if (shape.words.size() > 1 && shape.words.first() == first) {
            out << shape.words.at(1);
        }
    }
    return out;
}

/// Options that may follow a first word: of the command that it is, or of those that begin with it.
QStringList optionsAfter(const std::vector<CommandShape>& shapes, const QString& first)
{
    QStringList out;
    for (const CommandShape& shape : shapes) {
        if (shape.words.first() == first) {
            out += shape.options;
        }
    }
    out.removeDuplicates();
    return out;
}

QString pipes(const QStringList& list)
{
    return list.join(QLatin1Char('|'));
}

/// The branches "what was typed) what may follow ;;", which bash and zsh share. offer: the shell's words for a list, with %1 for it; files: for
/// files as well.
QString branches(const std::vector<CommandShape>& shapes, const QString& offer, const QString& files)
{
    QString out;
    const auto branch = [&](const QString& typed, const QStringList& next, bool takesFiles) {
        out += QStringLiteral("    %1) %2%3 ;;\n").arg(typed, offer.arg(words(next + dashed(common()))), takesFiles ? QStringLiteral("; ") + files : QString());
    };
    branch(QStringLiteral("\"\""), firstWords(shapes), false);
    QSet<QString> done;
    for (const CommandShape& shape : shapes) { // two words come before the one that they begin with
        if (shape.words.size() == 2) {
            const QString typed = words(shape.words);
            branch(QStringLiteral("\"%1\"|\"%1 \"*").arg(typed), dashed(shape.options), takesFile(shape));
        }
    }
    for (const CommandShape& shape : shapes) {
        const QString& first = shape.words.first();
        if (!done.contains(first)) {
            done.insert(first);
            const bool alone = shape.words.size() == 1;
            branch(QStringLiteral("\"%1\"|\"%1 \"*").arg(first), secondWords(shapes, first) + dashed(optionsAfter(shapes, first)), alone && takesFile(shape));
        }
    }
    return out;
}

QString bash(const std::vector<CommandShape>& shapes)
{
    return QStringLiteral(R"(# bash completion for countinghousectl, made by "countinghousectl completion bash"
_countinghousectl() {
    local word skip="" typed="" cur=${COMP_WORDS[COMP_CWORD]}
    COMPREPLY=()
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        if [[ -n $skip ]]; then skip=""; continue; fi
        case $word in
        %1) skip=1 ;;
        -*) ;;
        *) typed+=${typed:+ }$word ;;
        esac
    done
    case ${COMP_WORDS[COMP_CWORD-1]} in
    %2) mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
    %3) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
    %4) return ;;
    esac
    case $typed in
%5    esac
}
complete -o filenames -F _countinghousectl countinghousectl
)")
        .arg(pipes(dashed(optionsOf([](const OptionShape& option) { return option.value != OptionValue::None; }))), pipes(dashed(taking(OptionValue::Folder))),
            pipes(dashed(taking(OptionValue::File))), pipes(dashed(taking(OptionValue::Text))),
            branches(shapes, QStringLiteral("mapfile -t COMPREPLY < <(compgen -W \"%1\" -- \"$cur\")"),
                QStringLiteral("mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"$cur\")")));
}

QString zsh(const std::vector<CommandShape>& shapes)
{
    return QStringLiteral(R"(#compdef countinghousectl
# zsh completion for countinghousectl, made by "countinghousectl completion zsh"
local word skip="" typed=""
for word in "${(@)words[2,CURRENT-1]}"; do
    if [[ -n $skip ]]; then skip=""; continue; fi
    case $word in
    %1) skip=1 ;;
    -*) ;;
    *) typed+=${typed:+ }$word ;;
    esac
done
case ${words[CURRENT-1]} in
%2) _files -/; return ;;
%3) _files; return ;;
%4) return ;;
esac
case $typed in
%5esac
)")
        .arg(pipes(dashed(optionsOf([](const OptionShape& option) { return option.value != OptionValue::None; }))), pipes(dashed(taking(OptionValue::Folder))),
            pipes(dashed(taking(OptionValue::File))), pipes(dashed(taking(OptionValue::Text))),
            branches(shapes, QStringLiteral("compadd -- %1"), QStringLiteral("_files")));
}

QString fishOption(const QString& option, const QString& condition)
{
    const QString value = taking(OptionValue::Folder).contains(option) ? QStringLiteral(" -x -a '(__fish_complete_directories)'")
        : taking(OptionValue::File).contains(option)                   ? QStringLiteral(" -r -F")
        : taking(OptionValue::Text).contains(option)                   ? QStringLiteral(" -x")
                                                                       : QString();
    return QStringLiteral("complete -c countinghousectl%1 -l %2%3\n").arg(condition, option, value);
}

QString fish(const std::vector<CommandShape>& shapes)
{
    QString out = QStringLiteral("# fish completion for countinghousectl, made by \"countinghousectl completion fish\"\ncomplete -c countinghousectl -f\n");
    out += QStringLiteral("complete -c countinghousectl -n __fish_use_subcommand -a '%1'\n").arg(words(firstWords(shapes)));
    for (const QString& option : common()) {
        out += fishOption(option, {});
    }
    for (const QString& first : firstWords(shapes)) {
        const QString condition = QStringLiteral(" -n '__fish_seen_subcommand_from %1'").arg(first);
        if (const QStringList second = secondWords(shapes, first); !second.isEmpty()) {
            out += QStringLiteral("complete -c countinghousectl%1 -a '%2'\n").arg(condition, words(second));
        }
        for (const QString& option : optionsAfter(shapes, first)) {
            out += fishOption(option, condition);
        }
    }
    for (const CommandShape& shape : shapes) {
        if (takesFile(shape)) {
            out += QStringLiteral("complete -c countinghousectl -n '__fish_seen_subcommand_from %1' -F\n").arg(shape.words.last());
        }
    }
    return out;
}

} // namespace completing

Result<QString> completionScript(const QString& shell)
{
    const std::vector<CommandShape> shapes = commandShapes();
    if (shell == QLatin1String("bash")) {
        return completing::bash(shapes);
    }
    if (shell == QLatin1String("zsh")) {
        return completing::zsh(shapes);
    }
    if (shell == QLatin1String("fish")) {
        return completing::fish(shapes);
    }
    return fail(ErrorKind::InvalidInput, QStringLiteral("completion knows bash, zsh and fish, not \"%1\". See countinghousectl --help.").arg(shell));
}

} // namespace ch::ctl
