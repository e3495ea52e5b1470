import Domain
import Mustache
import Runtime

/// Makes HTML of what was read: no page reads anything itself. Mustache escapes every value, as `PlainHTML` says.
struct Pages: Sendable {
    private let library: MustacheLibrary

    init() throws {
        var library = MustacheLibrary()
        MustacheContentTypes.register(PlainHTML(), named: "PLAIN")
        // A template that is put into another is escaped by its own type.
        for (name, template) in Template.all {
            try library.register("{{% CONTENT_TYPE:PLAIN}}\n" + template, named: name)
        }
        self.library = library
    }

    /// What stands on every page.
    struct Frame: Sendable {
        let title: String
        let company: String
        let names: Names
        let freshness: String
        let isFresh: Bool
        /// The style sheet itself, for a page that is saved to a file.
        var style = ""

        init(title: String, names: Names, freshness: Freshness) {
            self.title = title
            self.names = names
            company = names.company ?? "Attain"
            self.freshness = freshness.sentence
            isFresh = freshness.isComplete
        }
    }

    func render(_ name: String, _ frame: Frame, _ content: [String: Any]) -> String {
        var values = content
        values["title"] = frame.title
        values["company"] = frame.company
        values["freshness"] = frame.freshness
        values["isFresh"] = frame.isFresh
        values["style"] = frame.style
        values["isAlone"] = !frame.style.isEmpty
        guard let page = library.render(values, withTemplate: name) else {
            preconditionFailure("there is no template \(name)")
        }
        return page
    }

    func notFound(_ message: String, _ frame: Frame) -> String { render("notFound", frame, ["message": message]) }
    func unavailable(_ message: String, _ frame: Frame) -> String { render("unavailable", frame, ["message": message]) }

    func skipped(_ deals: [SkippedDeal], page wanted: Int, _ frame: Frame) -> String {
        let paging = Pages.paging(of: deals.count, wanted, "/skipped")
        let rows = deals[paging.shown].map { deal -> [String: Any] in
            [
                "deal": deal.title, "received": deal.received.date().description,
                "origin": [deal.source, deal.provenance].filter { !$0.isEmpty }.joined(separator: " · "),
                "problems": deal.problems.map { problem in
                    [
                        "code": problem.code, "remedy": problem.remedy,
                        "message": problem.place.isEmpty ? problem.message : "\(problem.place): \(problem.message)",
                    ]
                },
            ]
        }
        let content: [String: Any] = [
            "deals": rows, "count": ProgressBar.grouped(Int64(deals.count)), "isOne": deals.count == 1,
        ]
        return render("skipped", frame, content.merging(paging.content) { $1 })
    }

    /// `March 2026`
    static func title(_ period: Period) -> String {
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        return switch period.kind {
        case .month: "\(months[period.number - 1]) \(period.year)"
        case .quarter: "Quarter \(period.number), \(period.year)"
        case .half: "Half-year \(period.number), \(period.year)"
        case .year: "\(period.year)"
        case .week: "Week \(period.number), \(period.year)"
        case .semiMonth:
            "\(months[(period.number - 1) / 2]) \(period.year), \(period.number % 2 == 1 ? "first" : "second") half"
        }
    }

    /// Under the heading of its year.
    static func columnTitle(_ period: Period) -> String {
        period.kind == .month ? String(title(period).prefix(3)) : period.label
    }

    /// An amount with the class that colours a negative one.
    static func amount(_ number: Number, _ currency: Currency) -> [String: Any] {
        ["text": Wording.amount(number, currency), "isNegative": number.isNegative, "isZero": number.isZero]
    }
}

/// Escapes by scalars: a browser sees `<` where Swift sees one character of `<` and an accent.
private struct PlainHTML: MustacheContentType {
    func escapeText(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
