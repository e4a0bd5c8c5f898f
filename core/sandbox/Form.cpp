// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Form.h"

#include <QString>
#include <algorithm>

namespace ch::sandbox {

namespace form_detail {

QByteArray decoded(QByteArray text)
{
    text.replace('+', ' ');
    const QByteArray raw = QByteArray::fromPercentEncoding(text);
    // Bytes that are no UTF-8 must not reach an answer, which is JSON.
    return std::all_of(raw.begin(), raw.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }) ? raw : QString::fromUtf8(raw).toUtf8();
}

QList<QByteArray> parts(const QByteArray& name)
{
    const qsizetype bracket = name.indexOf('[');
    if (bracket <= 0 || !name.endsWith(']'))
        return {name};
    QList<QByteArray> out{name.left(bracket)};
    qsizetype at = bracket;
    while (at < name.size()) {
        const qsizetype close = name.indexOf(']', at);
        if (name.at(at) != '[' || close < 0)
            return {name};
        if (out.size() == kDeepestName)
            return {name};
        out.append(name.mid(at + 1, close - at - 1));
        at = close + 1;
    }
    return out;
}

Node* child(Node& parent, QByteArray part)
{
    if (part.isEmpty()) // a[]: one more
        part = QByteArray::number(parent.children.size());
    for (Node& node : parent.children) {
        if (node.name == part)
            return &node;
    }
    Node node;
    node.name = part;
    node.path = parent.path.isEmpty() ? part : parent.path + '[' + part + ']';
    parent.children.append(node);
    return &parent.children.last();
}

void put(Form& form, const QByteArray& name, const QByteArray& value)
{
    Node* node = &form.root;
    for (const QByteArray& part : parts(name)) {
        if (node->leaf) {
            form.clash = name;
            return;
        }
        node = child(*node, part);
    }
    if (!node->children.isEmpty()) {
        form.clash = name;
        return;
    }
    node->leaf = true;
    node->value = value; // sent twice: the last one counts
}

} // namespace form_detail

const Node* Node::find(const char* childName) const
{
    for (const Node& node : children) {
        if (node.name == childName)
            return &node;
    }
    return nullptr;
}

QByteArray Node::text(const char* childName) const
{
    const Node* node = find(childName);
    return node ? node->value : QByteArray();
}

qint64 Node::number(const char* childName, qint64 fallback) const
{
    const Node* node = find(childName);
    return node && node->leaf && !node->value.isEmpty() ? wholeNumber(node->value).value_or(fallback) : fallback;
}

bool Node::boolean(const char* childName, bool fallback) const
{
    const Node* node = find(childName);
    return node && node->leaf && !node->value.isEmpty() ? node->value == "true" : fallback;
}

bool Node::unsets(const char* childName) const
{
    const Node* node = find(childName);
    return node && node->leaf && node->value.isEmpty();
}

QList<QByteArray> Node::texts(const char* childName) const
{
    QList<QByteArray> out;
    if (const Node* node = find(childName)) {
        for (const Node& entry : node->children)
            out.append(entry.value);
    }
    return out;
}

Form parseForm(const QByteArray& encoded)
{
    Form form;
    parseInto(form, encoded);
    return form;
}

void parseInto(Form& form, const QByteArray& encoded)
{
    for (const QByteArray& pair : encoded.split('&')) {
        if (pair.isEmpty())
            continue;
        if (++form.count > kMostParams) {
            form.tooMany = true;
            return;
        }
        const qsizetype equals = pair.indexOf('=');
        const QByteArray name = form_detail::decoded(equals < 0 ? pair : pair.left(equals));
        const QByteArray value = equals < 0 ? QByteArray() : form_detail::decoded(pair.mid(equals + 1));
        if (!name.isEmpty())
            form_detail::put(form, name, value);
    }
}

std::optional<qint64> wholeNumber(const QByteArray& text)
{
    bool ok = false;
    const qint64 value = text.toLongLong(&ok);
    if (!ok || text.startsWith('+') || text.contains(' '))
        return std::nullopt;
    return value;
}

} // namespace ch::sandbox
