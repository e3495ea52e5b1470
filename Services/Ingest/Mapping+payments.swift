import Domain
import Records
import Yams

extension Mapping {
    /// Which fields make a payment, beside the deal's ID.
    struct PaymentFields: Hashable, Sendable {
        var id: Field
        var date: DateField
        var amount: NumberField
        var currency: Field?
    }

    /// How `POST /v1/sources/payments/payments` and NDJSON of our own form are read.
    static let payments = Mapping(
        payments: "payments", deal: .path(["deal"]), emptyWords: [],
        PaymentFields(
            id: .path(["id"]), date: DateField(field: .path(["date"]), format: .iso),
            amount: .path("amount"),
            currency: .path(["currency"])))

    /// Those there are without being in the company folder.
    static let builtIn = [api.source: api, payments.source: payments]

    fileprivate convenience init(payments source: String, deal: Field, emptyWords: Set<String>, _ fields: PaymentFields)
    {
        self.init(
            source: source, id: deal, stage: .constant(Deal.Stage.open.rawValue), stages: Mapping.stagesByName,
            dateFormat: .iso, productNames: [:], emptyWords: emptyWords, payment: fields)
    }
}

/// Money that came for a deal, or went back.
struct Payment: Hashable, Sendable {
    var id: String
    var date: CalendarDate?
    var amount: Number?
    /// Empty: the deal's.
    var currency: String
    var problem: SkipReason?

    /// What tells it from another one of the same ID.
    var text: String { "\(date?.description ?? "?") \(amount?.description ?? "?") \(currency)".trimmed }
}

extension Mapping {
    /// A payment is known by its ID; one that cannot be read is known all the same, so that it can be listed.
    func payment(from body: JSONValue, event: String) -> Payment {
        guard let fields = payment else {
            let problem = SkipReason(
                .badPayment, "mapping '\(source)' reads deals, not payments",
                remedy: "add 'records: payments' to it, or send the payment through another source")
            return Payment(id: event, currency: "", problem: problem)
        }
        var result = Payment(id: event, currency: text(fields.currency, in: body) ?? "")
        do throws(SkipReason) {
            result.id = try paymentID(fields, body)
            result.date = try paymentDate(fields, body)
            result.amount = try paymentAmount(fields, body)
        } catch { result.problem = error }
        return result
    }

    private func paymentID(_ fields: PaymentFields, _ body: JSONValue) throws(SkipReason) -> String {
        if let id = text(fields.id, in: body), DealID(id).isStorable { return id }
        throw SkipReason(
            .badPayment, "the payment has no ID of 1 to 200 bytes in '\(fields.id.name)'",
            remedy: "give every payment an ID of its own, and send it again")
    }

    private func paymentDate(_ fields: PaymentFields, _ body: JSONValue) throws(SkipReason) -> CalendarDate {
        let text = text(fields.date.field, in: body) ?? ""
        if let date = Mapping.day(text, fields.date.format) { return date }
        throw SkipReason(
            .badPayment,
            "\(fields.date.field.name): '\(text.prefix(80))' is not a date of the form \(fields.date.format.pattern)",
            remedy: "state its form as 'format' under 'date' in mapping '\(source)', or correct it and send it again")
    }

    private func paymentAmount(_ fields: PaymentFields, _ body: JSONValue) throws(SkipReason) -> Number {
        let text = text(fields.amount.field, in: body) ?? ""
        let amount: Number
        do { amount = try fields.amount.number(text) } catch {
            throw SkipReason(
                .badPayment, "\(fields.amount.field.name): '\(text.prefix(80))' \(error)",
                remedy: "correct the number: digits, and a point before decimals; then send it again")
        }
        if let size = try? amount.magnitude, size <= Money.limit { return amount }
        throw SkipReason(
            .badPayment, "\(fields.amount.field.name): \(amount) is beyond \(Money.limit)",
            remedy: "correct the amount and send it again")
    }
}

// MARK: Parsing

extension MappingParser {
    private static let paymentKeys = ["records", "source", "id", "deal", "date", "amount", "currency", "empty"]

    mutating func paymentMapping(_ root: Node.Mapping) -> Mapping? {
        for (key, _) in root { check(key, against: MappingParser.paymentKeys, in: "a mapping of payments") }
        guard let source = scalar(root["source"]), let id = field(root["id"]), let deal = field(root["deal"]),
            let date = dateField(root["date"]), let amount = numberField(root["amount"])
        else {
            for key in ["source", "id", "deal", "date", "amount"] where root[key] == nil {
                report(nil, "'\(key)' is missing")
            }
            return nil
        }
        return Mapping(
            payments: source, deal: deal, emptyWords: words(root["empty"]),
            Mapping.PaymentFields(id: id, date: date, amount: amount, currency: field(root["currency"])))
    }
}
