// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/CallsList.h"

namespace ch::sandbox {

namespace schedule_calls_detail {

Proration prorationOf(const Node& params)
{
    const QByteArray text = params.text("proration_behavior");
    return text == "none" ? Proration::None : text == "always_invoice" ? Proration::Invoice : Proration::Create;
}

qint64 afterDuration(const Node& duration, qint64 start)
{
    const auto count = static_cast<int>(duration.number("interval_count", 1));
    for (const Interval each : {Interval::Day, Interval::Week, Interval::Month, Interval::Year}) {
        if (duration.text("interval") == word(each))
            return stepFrom(start, each, count);
    }
    return start;
}

Fault over(const Schedule& row, const char* what)
{
    return invalid(QByteArray("You cannot ") + what + " a subscription schedule that is currently in the `" + word(row.status) + "` status. It must be in one of the following statuses: "
                   "`not_started`, `active`.");
}

} // namespace schedule_calls_detail

tl::expected<std::vector<Index>, Fault> Calls::scheduleCoupons(const Node& params) const
{
    std::vector<Index> out;
    const Node* discounts = params.find("discounts");
    for (const Node& entry : discounts ? discounts->children : QList<Node>()) {
        const auto coupon = usableCoupon(entry.text("coupon"), inside(entry, "coupon"));
        if (!coupon)
            return tl::unexpected(coupon.error());
        out.push_back(*coupon);
    }
    return out;
}

tl::expected<Phase, Fault> Calls::readPhase(const Node& node, qint64 start, const Schedule& row, QByteArray* currency)
{
    Phase phase;
    phase.start = start;
    phase.anchors = node.has("billing_cycle_anchor") ? node.text("billing_cycle_anchor") == "phase_start" : row.anchors;
    phase.proration = schedule_calls_detail::prorationOf(node);
    writeMetadata(node, &phase.metadata);
    const auto coupons = scheduleCoupons(node);
    if (!coupons)
        return tl::unexpected(coupons.error());
    phase.coupons = *coupons;
    for (const Node& entry : node.find("items")->children) {
        const auto price = itemPrice(entry, *currency);
        if (!price)
            return tl::unexpected(price.error());
        PhaseItem item;
        item.price = *price;
        item.quantity = entry.number("quantity", 1);
        writeMetadata(entry, &item.metadata);
        const auto own = scheduleCoupons(entry);
        if (!own)
            return tl::unexpected(own.error());
        item.coupons = *own;
        *currency = s.prices[*price].currency;
        phase.items.push_back(item);
    }
    if (phase.items.empty() || phase.items.size() > 20)
        return tl::unexpected(invalid("A phase must have between 1 and 20 items.", inside(node, "items")));
    const Node* duration = node.find("duration");
    if (duration && node.has("end_date"))
        return tl::unexpected(invalid("You may only specify one of these parameters: duration, end_date.", inside(node, "duration"), "parameters_exclusive"));
    const Price& first = s.prices[phase.items.front().price];
    phase.end = duration ? schedule_calls_detail::afterDuration(*duration, start) : node.number("end_date", stepFrom(start, first.interval, first.intervalCount));
    if (phase.end <= start)
        return tl::unexpected(invalid("The end date of a phase must be after its start date.", inside(node, "end_date")));
    if (node.boolean("trial") && node.has("trial_end"))
        return tl::unexpected(invalid("You may only specify one of these parameters: trial, trial_end.", inside(node, "trial_end"), "parameters_exclusive"));
    phase.trialEnd = node.boolean("trial") ? phase.end : node.number("trial_end");
    if (phase.trialEnd > phase.end || (phase.trialEnd != 0 && phase.trialEnd <= start))
        return tl::unexpected(invalid("The trial_end of a phase must be within the phase.", inside(node, "trial_end")));
    return phase;
}

std::optional<Fault> Calls::readPhases(const Node& params, qint64 start, Schedule* row)
{
    const Node* phases = params.find("phases");
    if (!phases)
        return std::nullopt;
    if (phases->children.isEmpty())
        return invalid("Missing required param: phases.", "phases", "parameter_missing");
    row->phases.clear();
    QByteArray currency = row->currency;
    for (const Node& node : phases->children) {
        auto phase = readPhase(node, start, *row, &currency);
        if (!phase)
            return phase.error();
        start = phase->end;
        row->phases.push_back(std::move(*phase));
    }
    row->currency = currency;
    return std::nullopt;
}

std::optional<Fault> Calls::writeScheduleSettings(const Node& params, Schedule* row) const
{
    if (params.has("end_behavior"))
        row->cancels = params.text("end_behavior") == "cancel";
    writeMetadata(params, &row->metadata);
    const Node* defaults = params.find("default_settings");
    if (!defaults)
        return std::nullopt;
    if (defaults->has("billing_cycle_anchor"))
        row->anchors = defaults->text("billing_cycle_anchor") == "phase_start";
    if (defaults->has("collection_method"))
        row->collection = defaults->text("collection_method") == "send_invoice" ? Collection::Send : Collection::Charge;
    if (const Node* invoices = defaults->find("invoice_settings"))
        row->daysUntilDue = static_cast<int>(invoices->number("days_until_due", row->daysUntilDue));
    if (row->collection == Collection::Send && row->daysUntilDue == 0)
        return invalid("If `collection_method` is `send_invoice`, you must pass `days_until_due`.", "default_settings[invoice_settings][days_until_due]", "parameter_missing");
    writeText(*defaults, "description", &row->description);
    if (const QByteArray id = defaults->text("default_payment_method"); !id.isEmpty()) {
        const auto method = named(id, Kind::PaymentMethod, "default_settings[default_payment_method]");
        if (!method)
            return method.error();
        if (s.methods[*method].customer != row->customer)
            return invalid("The customer does not have a payment method with the ID " + id + ". The payment method must be attached to the customer.",
                           "default_settings[default_payment_method]", "resource_missing");
        row->method = *method;
    }
    return std::nullopt;
}

tl::expected<Schedule, Fault> Calls::scheduleOf(const Node& params)
{
    for (const char* other : {"phases", "customer", "start_date", "default_settings", "end_behavior"}) {
        if (params.has(other))
            return tl::unexpected(invalid(QByteArray("You cannot set `") + other + "` if `from_subscription` is set.", other, "parameters_exclusive"));
    }
    const auto index = named(params.text("from_subscription"), Kind::Subscription, "from_subscription");
    if (!index)
        return tl::unexpected(index.error());
    const Subscription& of = s.subscriptions[*index];
    const QByteArray id = s.id(Kind::Subscription, of.self);
    if (of.schedule != kNone)
        return tl::unexpected(invalid("You cannot migrate a subscription that is already attached to a schedule: `" + id + "`.", "from_subscription"));
    if (of.status != SubStatus::Active && of.status != SubStatus::Trialing && of.status != SubStatus::PastDue)
        return tl::unexpected(invalid("You cannot migrate a subscription that is in the `" + QByteArray(word(of.status)) + "` status.", "from_subscription"));
    Schedule row;
    row.customer = of.customer;
    row.subscription = of.self;
    row.currency = of.currency;
    row.method = of.defaultMethod;
    row.collection = of.collection;
    row.daysUntilDue = of.daysUntilDue;
    row.description = of.description;
    row.status = ScheduleStatus::Active;
    row.current = 0;
    row.cancels = of.cancelAt != 0;
    Phase phase;
    phase.start = of.items.front().periodStart;
    phase.end = of.cancelAt != 0 ? of.cancelAt : of.items.front().periodEnd;
    phase.trialEnd = of.status == SubStatus::Trialing ? of.trialEnd : 0;
    phase.metadata = of.metadata;
    for (const Index discount : of.discounts)
        phase.coupons.push_back(s.discounts[discount].coupon);
    for (const Item& item : of.items) {
        PhaseItem one{item.price, item.quantity, item.metadata, {}};
        for (const Index discount : item.discounts)
            one.coupons.push_back(s.discounts[discount].coupon);
        phase.items.push_back(one);
    }
    row.phases.push_back(phase);
    writeMetadata(params, &row.metadata);
    return row;
}

Answer Calls::createSchedule(const Call& call)
{
    const Node& params = call.params;
    if (params.has("from_subscription")) {
        auto wish = scheduleOf(params);
        if (!wish)
            return tl::unexpected(wish.error());
        wish->created = s.timeOf(wish->customer);
        return show(call, Kind::Schedule, m_billing.addSchedule(*wish, wish->created).self);
    }
    Schedule wish;
    const auto customer = liveCustomer(params.text("customer"), "customer");
    if (!customer)
        return tl::unexpected(params.has("customer") ? customer.error() : invalid("Missing required param: customer.", "customer", "parameter_missing"));
    wish.customer = *customer;
    const qint64 now = s.timeOf(*customer);
    wish.created = now;
    const QByteArray when = params.text("start_date");
    const qint64 start = when.isEmpty() || when == "now" ? now : wholeNumber(when).value_or(0);
    if (start <= 0)
        return tl::unexpected(invalid("Invalid start_date: must be an integer Unix timestamp or now.", "start_date"));
    if (!params.has("phases"))
        return tl::unexpected(invalid("Missing required param: phases.", "phases", "parameter_missing"));
    if (auto fault = writeScheduleSettings(params, &wish))
        return tl::unexpected(*fault);
    if (auto fault = readPhases(params, start, &wish))
        return tl::unexpected(*fault);
    if (wish.phases.front().end <= now)
        return tl::unexpected(invalid("The first phase must end in the future.", "phases[0][end_date]"));
    Schedule& row = m_billing.addSchedule(wish, now);
    if (start <= now)
        m_billing.startSchedule(row, now);
    return show(call, Kind::Schedule, row.self);
}

Answer Calls::getSchedule(const Call& call)
{
    const auto index = target(call, Kind::Schedule);
    return index ? show(call, Kind::Schedule, *index) : Answer(tl::unexpected(index.error()));
}

Answer Calls::listSchedules(const Call& call)
{
    const Node& params = call.params;
    Index customer = kNone;
    if (params.has("customer")) {
        const auto found = named(params.text("customer"), Kind::Customer, "customer");
        if (!found)
            return tl::unexpected(found.error());
        customer = *found;
    }
    const bool waiting = params.boolean("scheduled");
    const auto keeps = [&](const Schedule& row) {
        return (customer != kNone || !s.onTestClock(row.customer)) && (!waiting || row.status == ScheduleStatus::NotStarted)
            && inRange(params, "created", row.created) && (!params.has("canceled_at") || (row.canceledAt && inRange(params, "canceled_at", row.canceledAt)))
            && (!params.has("completed_at") || (row.completedAt && inRange(params, "completed_at", row.completedAt)))
            && (!params.has("released_at") || (row.releasedAt && inRange(params, "released_at", row.releasedAt)));
    };
    const Candidates rows = customer == kNone ? s.schedules.order() : Candidates(s.schedulesOf(customer));
    return list(call, Kind::Schedule, s.schedules, rows, keeps);
}

Answer Calls::updateSchedule(const Call& call)
{
    const auto index = target(call, Kind::Schedule);
    if (!index)
        return tl::unexpected(index.error());
    const Node& params = call.params;
    Schedule wish = s.schedules[*index];
    if (wish.status != ScheduleStatus::NotStarted && wish.status != ScheduleStatus::Active)
        return tl::unexpected(schedule_calls_detail::over(wish, "update"));
    if (auto fault = writeScheduleSettings(params, &wish))
        return tl::unexpected(*fault);
    const qint64 now = s.timeOf(wish.customer);
    if (const Node* phases = params.find("phases"); phases && !phases->children.isEmpty()) {
        const QByteArray first = phases->children.front().text("start_date");
        const qint64 usual = wish.current == kNone ? wish.phases.front().start : wish.phases[wish.current].start; // past phases can be left out
        if (auto fault = readPhases(params, first == "now" ? now : first.isEmpty() ? usual : wholeNumber(first).value_or(usual), &wish))
            return tl::unexpected(*fault);
        if (wish.status == ScheduleStatus::Active) {
            const auto current = std::find_if(wish.phases.begin(), wish.phases.end(), [now](const Phase& phase) { return phase.start <= now && now < phase.end; });
            if (current == wish.phases.end())
                return tl::unexpected(invalid("The phases of an active subscription schedule must include the present.", "phases"));
            wish.current = static_cast<Index>(current - wish.phases.begin());
        }
    }
    Schedule& row = s.schedules.edit(*index);
    {
        Change<Schedule> change(m_log, "subscription_schedule.updated", now, row);
        row = wish;
        row.warned = false;
    }
    if (row.status == ScheduleStatus::Active && params.has("phases"))
        m_billing.enterPhase(row, row.current, now, schedule_calls_detail::prorationOf(params));
    else if (row.status == ScheduleStatus::NotStarted && row.phases.front().start <= now)
        m_billing.startSchedule(row, now);
    return show(call, Kind::Schedule, *index);
}

Answer Calls::cancelSchedule(const Call& call)
{
    const auto index = target(call, Kind::Schedule);
    if (!index)
        return tl::unexpected(index.error());
    Schedule& row = s.schedules.edit(*index);
    if (row.status != ScheduleStatus::NotStarted && row.status != ScheduleStatus::Active)
        return tl::unexpected(schedule_calls_detail::over(row, "cancel"));
    const qint64 now = s.timeOf(row.customer);
    const Index subscription = row.subscription;
    m_billing.stopSchedule(row, now, ScheduleStatus::Canceled, "subscription_schedule.canceled");
    if (subscription != kNone)
        m_billing.cancel(s.subscriptions.edit(subscription), now, CancelReason::Requested, call.params.boolean("prorate", true), call.params.boolean("invoice_now", true));
    return show(call, Kind::Schedule, *index);
}

Answer Calls::releaseSchedule(const Call& call)
{
    const auto index = target(call, Kind::Schedule);
    if (!index)
        return tl::unexpected(index.error());
    Schedule& row = s.schedules.edit(*index);
    if (row.status != ScheduleStatus::NotStarted && row.status != ScheduleStatus::Active)
        return tl::unexpected(schedule_calls_detail::over(row, "release"));
    m_billing.stopSchedule(row, s.timeOf(row.customer), ScheduleStatus::Released, "subscription_schedule.released");
    return show(call, Kind::Schedule, *index);
}

} // namespace ch::sandbox
