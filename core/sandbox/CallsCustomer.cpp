// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/CallsList.h"

namespace ch::sandbox {

namespace calls_detail {

QByteArray hashJson(const Node& node, std::initializer_list<const char*> fields)
{
    Json json;
    json.object();
    for (const char* field : fields) {
        const Node* child = node.find(field);
        if (child && !child->leaf)
            json.raw(field, hashJson(*child, {"city", "country", "line1", "line2", "postal_code", "state"}));
        else
            json.textOrNull(field, node.text(field));
    }
    return json.endObject().take();
}

} // namespace calls_detail

bool inRange(const Node& params, const char* name, qint64 value)
{
    const Node* node = params.find(name);
    if (!node)
        return true;
    if (node->leaf)
        return value == wholeNumber(node->value).value_or(-1);
    return (!node->has("gt") || value > node->number("gt")) && (!node->has("gte") || value >= node->number("gte"))
        && (!node->has("lt") || value < node->number("lt")) && (!node->has("lte") || value <= node->number("lte"));
}

std::pair<size_t, size_t> list_detail::span(const Candidates& among, const Node* created, qint64 later)
{
    const RowOrder* order = among.whole();
    size_t low = 0, high = among.size();
    if (!order || !created || created->leaf)
        return {low, high};
    if (created->has("gt"))
        low = order->upTo(created->number("gt") - later);
    if (created->has("gte"))
        low = std::max<size_t>(low, order->upTo(created->number("gte") - 1 - later));
    if (created->has("lt"))
        high = order->upTo(created->number("lt") - 1);
    if (created->has("lte"))
        high = std::min<size_t>(high, order->upTo(created->number("lte")));
    return {low, std::max(low, high)};
}

tl::expected<Index, Fault> Calls::target(const Call& call, Kind kind) const
{
    const Index index = s.find(kind, call.id);
    const char* name = objectName(kind);
    const char* param = kind == Kind::PaymentIntent ? "intent" : "id"; // stripe-terminal-js-demo #72 shows a raw answer
    if (index == kNone)
        return tl::unexpected(missingObject(name, call.id, param, 404));
    if (call.otherMode) {
        Fault fault = missingObject(name, call.id, param, 404);
        fault.message += s.live ? "; a similar object exists in live mode, but a test mode key was used to make this request."
                                : "; a similar object exists in test mode, but a live mode key was used to make this request.";
        return tl::unexpected(fault);
    }
    return index;
}

tl::expected<Index, Fault> Calls::named(const QByteArray& id, Kind kind, const QByteArray& param) const
{
    const Index index = s.find(kind, id);
    if (index == kNone)
        return tl::unexpected(missingObject(objectName(kind), id, param, 400));
    return index;
}

tl::expected<Index, Fault> Calls::liveCustomer(const QByteArray& id, const QByteArray& param) const
{
    const auto index = named(id, Kind::Customer, param);
    if (index && s.customers[*index].deleted)
        return tl::unexpected(missingObject("customer", id, param, 400));
    return index;
}

void Calls::writeMetadata(const Node& params, Metadata* metadata) const
{
    const Node* node = params.find("metadata");
    if (!node)
        return;
    if (node->leaf) {
        metadata->clear();
        return;
    }
    for (const Node& entry : node->children) {
        const auto it = std::find_if(metadata->begin(), metadata->end(), [&](const auto& pair) { return pair.first == entry.name; });
        if (entry.value.isEmpty()) {
            if (it != metadata->end())
                metadata->erase(it);
        } else if (it != metadata->end()) {
            it->second = entry.value;
        } else {
            metadata->append({entry.name, entry.value});
        }
    }
}

void Calls::writeText(const Node& params, const char* name, QByteArray* field) const
{
    if (const Node* node = params.find(name))
        *field = node->value;
}

std::optional<Fault> Calls::writeCustomer(const Node& params, Customer* row) const
{
    for (const auto& [name, field] : {std::pair<const char*, QByteArray*>{"name", &row->name}, {"email", &row->email},
                                      {"description", &row->description}, {"phone", &row->phone}})
        writeText(params, name, field);
    if (!row->email.isEmpty() && params.has("email") && (!row->email.contains('@') || row->email.contains(' ')))
        return invalid("Invalid email address: " + row->email, "email", "email_invalid");
    writeMetadata(params, &row->metadata);
    row->balance = params.number("balance", row->balance);
    const auto keep = [&](const char* name, const QByteArray& json) {
        if (params.unsets(name))
            row->extras.remove(name);
        else if (params.has(name))
            row->extras.insert(name, json);
    };
    for (const char* name : {"business_name", "individual_name", "tax_exempt"})
        keep(name, Json::quoted(params.text(name)));
    if (const Node* address = params.find("address"))
        keep("address", calls_detail::hashJson(*address, {"city", "country", "line1", "line2", "postal_code", "state"}));
    if (const Node* shipping = params.find("shipping"))
        keep("shipping", calls_detail::hashJson(*shipping, {"address", "name", "phone"}));
    if (params.has("preferred_locales")) {
        Json json;
        json.array();
        for (const QByteArray& locale : params.texts("preferred_locales"))
            json.text(nullptr, locale);
        row->extras.insert("preferred_locales", json.endArray().take());
    }
    if (const Node* settings = params.find("invoice_settings")) {
        if (settings->has("footer"))
            row->extras.insert("footer", settings->unsets("footer") ? QByteArray("null") : Json::quoted(settings->text("footer")));
        if (settings->unsets("default_payment_method")) {
            row->defaultMethod = kNone;
        } else if (const QByteArray id = settings->text("default_payment_method"); !id.isEmpty() && id != params.text("payment_method")) {
            // The one that the same request attaches (createCustomer) is not attached yet.
            const auto method = named(id, Kind::PaymentMethod, "invoice_settings[default_payment_method]");
            if (!method)
                return method.error();
            if (row->self == kNone || s.methods[*method].customer != row->self)
                return invalid("The customer does not have a payment method with the ID " + id
                                   + ". The payment method must be attached to the customer.", "invoice_settings[default_payment_method]",
                               "resource_missing");
            row->defaultMethod = *method;
        }
    }
    return std::nullopt;
}

Answer Calls::listCustomers(const Call& call)
{
    const QByteArray email = call.params.text("email"), clock = call.params.text("test_clock");
    Index onClock = kNone;
    if (!clock.isEmpty()) {
        const auto found = named(clock, Kind::TestClock, "test_clock");
        if (!found)
            return tl::unexpected(found.error());
        onClock = *found;
    }
    return list(call, Kind::Customer, s.customers, s.customers.order(), [&](const Customer& row) {
        return !row.deleted && row.clock == onClock && (email.isEmpty() || row.email == email) && inRange(call.params, "created", row.created);
    });
}

Answer Calls::createCustomer(const Call& call)
{
    Customer made;
    made.created = s.now;
    if (const auto fault = writeCustomer(call.params, &made))
        return tl::unexpected(*fault);
    if (const QByteArray clock = call.params.text("test_clock"); !clock.isEmpty()) {
        const auto found = named(clock, Kind::TestClock, "test_clock");
        if (!found)
            return tl::unexpected(found.error());
        if (s.clocks[*found].customers.size() >= kClockCustomers)
            return tl::unexpected(invalid("This test clock has reached its limit of " + QByteArray::number(kClockCustomers) + " customers.", "test_clock"));
        made.clock = *found;
        made.created = s.clocks[*found].frozen;
    }
    Index method = kNone;
    if (const QByteArray token = call.params.text("payment_method"); !token.isEmpty()) {
        const auto found = attachable(token, "payment_method");
        if (!found)
            return tl::unexpected(found.error());
        method = *found;
    }
    if (const Node* settings = call.params.find("invoice_settings");
        settings && method != kNone && settings->text("default_payment_method") == call.params.text("payment_method"))
        made.defaultMethod = method;
    Customer& row = s.addCustomer(std::move(made));
    if (method != kNone)
        s.attach(s.methods.edit(method), row.self);
    if (row.clock != kNone)
        s.clocks.edit(row.clock).customers.push_back(row.self);
    if (row.balance != 0) {
        CustomerEntry why;
        why.type = EntryType::Initial;
        m_billing.addEntry(row.self, row.balance, std::move(why), row.created);
    }
    m_log.record("customer.created", s.now, row);
    if (method != kNone)
        m_log.record("payment_method.attached", s.now, s.methods[method]);
    return show(call, Kind::Customer, row.self);
}

Answer Calls::getCustomer(const Call& call)
{
    const auto index = target(call, Kind::Customer);
    return index ? show(call, Kind::Customer, *index) : Answer(tl::unexpected(index.error()));
}

Answer Calls::updateCustomer(const Call& call)
{
    const auto index = target(call, Kind::Customer);
    if (!index)
        return tl::unexpected(index.error());
    Customer& row = s.customers.edit(*index);
    if (row.deleted)
        return tl::unexpected(missingObject("customer", call.id, "id", 404));
    Customer wanted = row;
    if (const auto fault = writeCustomer(call.params, &wanted))
        return tl::unexpected(*fault);
    Change<Customer> change(m_log, "customer.updated", s.now, row);
    const qint64 more = wanted.balance - row.balance;
    row = wanted;
    if (more != 0)
        m_billing.addEntry(row.self, more, {}, s.timeOf(row.self));
    return show(call, Kind::Customer, *index);
}

Answer Calls::deleteCustomer(const Call& call)
{
    const auto index = target(call, Kind::Customer);
    if (!index)
        return tl::unexpected(index.error());
    if (s.customers[*index].deleted)
        return tl::unexpected(missingObject("customer", call.id, "id", 404));
    m_billing.deleteCustomer(s.customers.edit(*index), s.timeOf(*index));
    return m_render.object(Kind::Customer, *index);
}

Answer Calls::deleteCustomerDiscount(const Call& call)
{
    const auto index = target(call, Kind::Customer);
    if (!index)
        return tl::unexpected(index.error());
    Customer& row = s.customers.edit(*index);
    if (row.deleted || row.discount == kNone)
        return tl::unexpected(missingObject(row.deleted ? "customer" : "discount", call.id, "id", 404));
    const Index discount = row.discount;
    {
        Change<Customer> change(m_log, "customer.updated", s.now, row);
        row.discount = kNone;
    }
    m_log.record("customer.discount.deleted", s.now, s.discounts[discount]);
    s.discounts.edit(discount).deleted = true;
    return m_render.object(Kind::Discount, discount);
}

} // namespace ch::sandbox
