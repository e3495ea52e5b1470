import Domain
import LedgerSupport
import Records
import Streams

/// Fills a log with a company, documents and skipped deals, to look at pages and to measure how fast they are applied:
///
///     ledger-generator data/attain.log [documents] [payees]
///     time statements replay --log sqlite:data/attain.log
@main
struct LedgerGenerator {
    static func main() throws {
        let arguments = CommandLine.arguments
        let documents = arguments.count > 2 ? Int(arguments[2]) ?? 0 : 2_000
        let payees = arguments.count > 3 ? Int(arguments[3]) ?? 1 : 25
        guard arguments.count > 1, let application = Application(name: "attain", partitions: 12),
            let currency = Currency("USD"), let euro = Currency("EUR")
        else { return print("usage: ledger-generator FILE [documents] [payees]") }
        let log = try EmbeddedLog(path: arguments[1])
        try log.create(
            Topic.allCases.map {
                TopicSpecification(name: application.topic($0), partitions: application.partitions(of: $0))
            })
        var generator = Generator(application: application, currency: currency, foreign: euro, payees: payees)
        let producer = try log.makeProducer()
        for (record, destination) in try generator.reference() { try producer.append(record, to: destination) }
        for number in 0..<documents {
            let (record, destination) = try generator.document(number, of: documents)
            try producer.append(record, to: destination)
            if number % 10_000 == 9_999 { try producer.flush() }
        }
        try producer.flush()
    }
}

/// Deals of random sizes against a quota, with tiers at 100% and 150%.
private struct Generator {
    let application: Application
    let currency: Currency
    let foreign: Currency
    var chains: [DocumentChain]
    var sold: [Number]
    var random: UInt64 = 42

    static let first = ["Ada", "Grace", "Alan", "Edsger", "Barbara", "Katherine", "Linus", "Margaret", "Tim", "Radia"]
    static let last = [
        "Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov", "Johnson", "Torvalds", "Hamilton", "Berners-Lee",
        "Perlman",
    ]
    static let accounts = [
        "Acme Corporation", "Betasoloin", "Cancity", "Dontechi", "Finhigh", "Golddex", "Hottechi", "Isdom",
    ]
    static let products = ["GTX Basic", "GTX Pro", "MG Special", "GTK 500"]

    init(application: Application, currency: Currency, foreign: Currency, payees: Int) {
        (self.application, self.currency, self.foreign) = (application, currency, foreign)
        chains = (0..<payees).map { DocumentChain(PayeeID("p\($0 + 100)"), currency: currency, in: application) }
        sold = Array(repeating: .zero, count: payees)
    }

    /// Knuth's MMIX generator: the same run every time.
    mutating func next(_ limit: Int) -> Int {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(random >> 33) % limit
    }

    func reference() throws -> [(Record, TopicPartition)] {
        var entities: [CompanyEntity] = [.settings(Settings(name: "Maven Computers"))]
        for (number, chain) in chains.enumerated() {
            let name = Self.first[number % 10] + " " + Self.last[(number / 10 + number) % 10]
            entities.append(.payee(Payee(id: chain.payee, name: name, currency: currency)))
        }
        return [
            try application.command(entities),
            try application.skipped(
                "1C1I7A6R", "unknown-product", "product 'GTXPro' is not known",
                remedy: "Add it to products.yaml, or map it to 'GTX Pro' in mappings/maven.yaml."),
            try application.skipped(
                "Z063OYW0", "missing-amount", "the amount is empty",
                remedy: "Fill in the amount in the CRM; the deal is taken by itself then."),
        ]
    }

    mutating func document(_ number: Int, of total: Int) throws -> (Record, TopicPartition) {
        let payee = next(chains.count)
        let date = CalendarDate(day: 20_454 + Int32(number * 270 / max(1, total)))
        let amount = Number(next(90_000) + 500)
        let quota = Number(400_000)
        let start = sold[payee]
        try sold[payee] += amount
        let boundary = min(max(quota, start), sold[payee])
        let (below, above) = (try boundary - start, try sold[payee] - boundary)
        var steps: [Explanation.Step] = []
        if !below.isZero { steps.append(try .init(below, at: Rate("6%"), from: Rate(0), to: .whole)) }
        if !above.isZero { steps.append(try .init(above, at: Rate("9%"), from: .whole)) }
        let isForeign = next(6) == 0
        let isShared = next(4) == 0
        let credit = try Credit.sample(
            "D\(1_000 + number)", role: isShared ? .split : .owner, date: date.description, amount: amount,
            original: isForeign
                ? Money(try amount / Number("1.25"), foreign) : isShared ? Money(try amount * 2, currency) : nil,
            share: isShared && !isForeign ? Rate("50%") : .whole, exchangeRate: isForeign ? Number("1.25") : nil,
            currency: currency, account: Self.accounts[next(8)], product: Self.products[next(4)])
        let attainment = Explanation.Attainment(
            measure: "bookings", period: Period(.year, containing: date), quota: quota, before: start,
            after: sold[payee])
        return try chains[payee].post(credit, steps: steps, attainment: attainment)
    }
}
