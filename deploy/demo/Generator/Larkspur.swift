import Domain

/// Who sells what at Larkspur Instruments. A test holds this against the company folder.
enum Larkspur {
    struct Seller {
        let email: String
        let currency: String
        /// How much of the business, roughly.
        let weight: Int
        var from = CalendarDate(day: 0)
        var to = CalendarDate(day: 30_000)

        func sells(on date: CalendarDate) -> Bool { from <= date && date <= to }
    }

    struct Product {
        let name: String
        let cents: Int
        let mostPieces: Int
        let weight: Int
    }

    static let sellers: [Seller] =
        list("USD", "maren.ostler 70 calvin.brooke 50 priya.nandakumar 95 shirin.daneshvar 50 beatriz.fonseca 75")
        + list("USD", "harlan.voss 45 noor.haddad 80 simon.abernethy 45 tomas.reyeswick 70 ingrid.falk 60")
        + list("USD", "jerome.beaulieu 40 padma.iyer 85")
        + list("EUR", "elin.hagstrom 60 kasper.riis 55 oona.lehtinen 90 stellan.moberg 40 margaux.delacroix 80")
        + list("EUR", "iker.etxeberria 50 chiara.bellandi 65 rui.valadares 45 colette.aubry 55 jonas.weidner 85")
        + list("EUR", "zofia.brzezinska 60 matej.hruby 50 greta.linsinger 75 nordlicht.messtechnik 15")
        + list("USD", "kezia.lund 12", from: "2025-04-01", to: "2025-06-30")
        + list("USD", "kezia.lund 70", from: "2025-07-01") + list("USD", "owen.tallis 55", to: "2025-09-30")
        + list("USD", "joy.adeyemi 40", from: "2025-07-01")

    /// They find customers for the others and take a share.
    static let developers = ["lena.kowalczyk", "marcus.odell", "felix.brandauer"].map(email)

    static let products = [
        Product(name: "Meridian F200", cents: 420_000, mostPieces: 4, weight: 18),
        Product(name: "Meridian F400", cents: 980_000, mostPieces: 3, weight: 14),
        Product(name: "Meridian F400 Ex", cents: 1_450_000, mostPieces: 2, weight: 8),
        Product(name: "Tern P10", cents: 95_000, mostPieces: 12, weight: 16),
        Product(name: "Tern P30", cents: 260_000, mostPieces: 6, weight: 14),
        Product(name: "Heron T1", cents: 70_000, mostPieces: 20, weight: 12),
        Product(name: "Heron T5", cents: 310_000, mostPieces: 5, weight: 8),
        Product(name: "Osprey Analyser", cents: 3_850_000, mostPieces: 1, weight: 4),
        Product(name: "Osprey Analyser Duo", cents: 6_100_000, mostPieces: 1, weight: 2),
        Product(name: "Calibration Service", cents: 180_000, mostPieces: 4, weight: 9),
        Product(name: "Field Commissioning", cents: 540_000, mostPieces: 2, weight: 5),
    ]

    /// What some people type; the mapping knows better.
    static let nicknames = ["Meridian F200": "F200", "Meridian F400": "F400"]

    static let accounts = [
        "Aldermere Water", "Brückner Pumpen", "Cobalt Ridge Mining", "Dunmore Dairy", "Estuary Power",
        "Fjordkraft Varme",
        "Granite Bay Refining", "Halden Paper", "Ibex Chemicals", "Juniper Foods", "Kestrel Aerospace",
        "Lindqvist Stål",
        "Monteverde Vini", "Northgate Gas", "Orrin & Sons, Brewers", "Pelham Glass", "Quarry \"Old North\" Ltd",
        "Rheintal Papier", "Saltmarsh Desalination", "Tidewater Steel", "Umber Ceramics", "Valdoro Cementi",
        "Wexford Pharma", "Yarrow Sugar", "Zephyr Wind",
    ]

    static func email(_ name: String) -> String { "\(name)@larkspur.example" }

    private static func list(
        _ currency: String, _ text: String, from: String = "1970-01-01", to: String = "2050-01-01"
    ) -> [Seller] {
        let words = text.split(separator: " ").map(String.init)
        return stride(from: 0, to: words.count, by: 2).map { index in
            Seller(
                email: email(words[index]), currency: currency, weight: Int(words[index + 1]) ?? 1,
                from: CalendarDate(from) ?? CalendarDate(day: 0), to: CalendarDate(to) ?? CalendarDate(day: 30_000))
        }
    }
}
