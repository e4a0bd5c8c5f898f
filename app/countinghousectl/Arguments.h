// SPDX-License-Identifier: GPL-3.0-or-later
// The command line of countinghousectl. Refuses, without repeating it, an argument that has the form of a key: other users of the
// computer see arguments.
#pragma once

#include "base/Error.h"

#include <QString>
#include <QStringList>
#include <QUrl>

namespace ch::ctl {

enum class Command { Help, Version, Sync, Businesses, Subscriptions, Customer, Mrr, Movements, Explain, Bridge, Evaluate, Takedown, Cancel, RecordsImport, RecordsExport, Profiles, Connect, Provision, PricesEnsure, Operations, OperationsResume, Audit, AuditVerify, Gates, Protect, Unprotect, Counters, Status, Serve, Completion };

struct Arguments {
    Command command = Command::Help;
    QString dataDir;
    QString profile;
    QUrl apiBase;
    bool demo = false;
    bool json = false;
    bool text = false;
    bool verbose = false;

    QString target;               ///< business or customer id; file to read; shell
    QString reason;
    bool deleteCustomer = false;
    bool keepCustomer = false;
    bool atPeriodEnd = false;     ///< takedown and cancel, as the next two
    bool invoiceNow = false;
    bool prorate = false;
    QString invoices;             ///< takedown: "leave", "void", "uncollectible"; empty: leave
    QString drafts;               ///< "leave", "delete"
    QString items;                ///< "leave", "delete"
    bool refundUnused = false;
    bool yes = false;
    bool live = false;            ///< live mode is meant
    bool all = false;             ///< businesses: customers without a business id too
    QString businessId;           ///< provision, as the next four
    QString name;
    QString type;
    QString email;
    bool cutName = false;
    QString whenOff;              ///< "skip", "queue"; empty: not said
    QString payments;             ///< gates: "on", "off"; empty: as it is
    QString rollout;              ///< gates: a percentage; empty: as it is
    QString search;               ///< audit, as the next four; empty: all
    QString business;
    qint64 fromMs = 0;
    qint64 untilMs = 0;           ///< exclusive; 0: no end
    QString exportTo;             ///< a file, .csv or .json; empty: shown
    int port = -1;                ///< serve, as the next two; -1: the usual one. 0: any free one
    QString path;                 ///< of webhooks; empty: the usual one
    QString future;               ///< seconds, or "any"; empty: the usual
    QString reads;                ///< status: reads a month, as the account is allowed; empty: as it is
    QString whenEnded;            ///< status: "ask", "take_down"; empty: as it is
    bool prometheus = false;      ///< counters: the text that Prometheus reads
    bool tiers = false;           ///< prices ensure: an amount for each type
    bool fromEnvironment = false; ///< connect: the key of the environment
    QString definition;           ///< what MRR means: a preset's name or a file
    QString at;                   ///< mrr, explain, bridge: the instant; empty: now
    QString zone;
    QString groupBy;
    QStringList filters;          ///< KEY=VALUE
    QString from;                 ///< movements, explain
    QString to;
    QString bucket;
    QString view;
    QString customer;             ///< explain
    QString fromDefinition;       ///< bridge
    QString toDefinition;
    QString beforeDefinition;     ///< movements, explain: by which it goes until changedAt
    QString changedAt;
    QString in;                   ///< mrr, movements: the reporting currency; empty: each by itself
    QString rates;                ///< a CSV file
    QString constantRate;
    bool withoutTakedowns = false;
};

/// arguments: without the program's name. InvalidInput says what is wrong, in a sentence for the terminal.
[[nodiscard]] Result<Arguments> parseArguments(const QStringList& arguments);

[[nodiscard]] QString helpText();

} // namespace ch::ctl
