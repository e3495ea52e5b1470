/// Bodies that are refused, each with all that its sender is told.
enum RefusedBodies {
    /// body, then what the sender is told: `status` and a line a problem.
    static let all: [(body: String, told: String)] = [
        (
            "",
            "400\nbody, line 1, column 1: ends where a value should be. Send one deal as a JSON object, or a list of them."
        ),
        (
            "{",
            "400\nbody, line 1, column 2: expected a name in quotes. Send one deal as a JSON object, or a list of them."
        ),
        (
            "\u{feff}{}",
            "400\nbody, line 1, column 1: starts with a byte order mark; send plain UTF-8. Send one deal as a JSON object, or a list of them."
        ),
        (
            "<deal/>",
            "400\nbody, line 1, column 1: expected a value. Send one deal as a JSON object, or a list of them."
        ),
        (
            #"{"id":"D1","id":"D2"}"#,
            "400\nbody, line 1, column 12: the name 'id' is there twice. Send one deal as a JSON object, or a list of them."
        ),
        (
            #"{"id":"\ud800"}"#,
            "400\nbody, line 1, column 14: half of a surrogate pair. Send one deal as a JSON object, or a list of them."
        ),
        (
            #"{"id":"D1","amount":NaN}"#,
            "400\nbody, line 1, column 21: expected a value. Send one deal as a JSON object, or a list of them."
        ),
        (
            String(repeating: "[", count: 10_000),
            "400\nbody, line 1, column 65: nested deeper than 64. Send one deal as a JSON object, or a list of them."
        ),
        ("[]", "400\nbody: it has 0 deals. Send 1 to 1000 deals at a time."),
        (
            "[" + String(repeating: "1,", count: 1000) + "1]",
            "400\nbody: it has 1001 deals. Send 1 to 1000 deals at a time."
        ),
        ("7", "400\ndeal: it is a number, not an object. Send every deal as a JSON object."),
        ("null", "400\ndeal: it is null, not an object. Send every deal as a JSON object."),
        (
            "[{}, \"x\"]",
            "400\ndeal 1.id: the deal has no ID of 1 to 200 bytes without control characters. Send the deal's ID as 'id'.\ndeal 2: it is a text, not an object. Send every deal as a JSON object."
        ),
        ("[[{}]]", "400\ndeal: it is an array, not an object. Send every deal as a JSON object."),
        (
            "{}",
            "400\ndeal.id: the deal has no ID of 1 to 200 bytes without control characters. Send the deal's ID as 'id'."
        ),
        (
            #"{"id":" "}"#,
            "400\ndeal.id: the deal has no ID of 1 to 200 bytes without control characters. Send the deal's ID as 'id'."
        ),
        (
            #"{"id":"D\u0000"}"#,
            "400\ndeal.id: the deal has no ID of 1 to 200 bytes without control characters. Send the deal's ID as 'id'."
        ),
        (
            #"{"id":"\#(String(repeating: "x", count: 201))"}"#,
            "400\ndeal.id: the deal has no ID of 1 to 200 bytes without control characters. Send the deal's ID as 'id'."
        ),
        (
            CreditingFirm.body([("amuont", "1")]),
            "400\ndeal.amuont: there is no such field (did you mean 'amount'?). Remove it, or send the deal through a source with a mapping of its own."
        ),
        (
            CreditingFirm.body([("stage", "")]),
            "400\ndeal: the deal has no stage in 'stage'. Give the deal a stage in the CRM, or map another field to 'stage'."
        ),
        (
            CreditingFirm.body([("stage", "\"Won\"")]),
            "400\ndeal: stage 'Won' is not mapped. Add 'Won' to open, won, cancelled, lost or deleted under 'stage' in mapping 'api' and apply it."
        ),
        (
            CreditingFirm.body([("amount", "\"1,000\"")]),
            "400\ndeal: amount: '1,000' is not a number such as 1054.50. Correct the number: digits, and a point before decimals."
        ),
        (
            CreditingFirm.body([("amount", "1e400")]),
            "400\ndeal: amount: '1e400' is too large. Correct the number: digits, and a point before decimals."
        ),
        (
            CreditingFirm.body([("amount", "0.0000000000001")]),
            "400\ndeal: amount: '0.0000000000001' has more than 12 decimal places. Correct the number: digits, and a point before decimals."
        ),
        (
            CreditingFirm.body([("closed", "\"2026-02-30\"")]),
            "400\ndeal: closed: '2026-02-30' is not a date of the form yyyy-MM-dd. Correct the date, or state its form as 'format' under 'closed' in mapping 'api'."
        ),
        (
            CreditingFirm.body([("revision", "1.5")]),
            "400\ndeal: revision: '1.5' is neither a version number nor a time such as 2026-03-01T09:30:00Z. Correct the field in the CRM or map another one to 'revision'."
        ),
        (
            CreditingFirm.body([("revision", "9223372036854775808")]),
            "400\ndeal: revision: '9223372036854775808' is neither a version number nor a time such as 2026-03-01T09:30:00Z. Correct the field in the CRM or map another one to 'revision'."
        ),
        (
            CreditingFirm.body([("splits", #"[{"payee":"ada","share":"x"}]"#)]),
            "400\ndeal: splits[0]: 'x' is not a share. Give the share as a number of 100, or as '50%'."
        ),
        (
            CreditingFirm.body([("lines", #"[{"id":"a","amount":1},{"id":"a","amount":2}]"#)]),
            "400\ndeal: lines: 'a' is the ID of two lines. Give every line an ID of its own."
        ),
        (
            CreditingFirm.body([("account", "\"\(String(repeating: "a", count: 500_000))\"")]),
            "400\ndeal: account: '\(String(repeating: "a", count: 80))' has more than 1000 bytes. Shorten it in the CRM, or map another field.\ndeal: it has 500104 bytes, more than 500000. Send only the fields that the mapping reads."
        ),
    ]
}
