/// The pages as Mustache, in the program itself: a bundle of resources would tie the binary to the folder that it was
/// built in. `{{value}}` is escaped; there is no `{{{value}}}` but the style sheet, which is ours.
enum Template {
    static let all: [(name: String, text: String)] = [
        ("head", head), ("foot", foot), ("amount", amount), ("sum", sum), ("paging", paging), ("status", status),
        ("index", index),
        ("payee", payee), ("corrections", corrections), ("correctionList", correctionList), ("statement", statement),
        ("skipped", skipped), ("notFound", notFound), ("unavailable", unavailable),
    ]

    private static let head = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>{{title}} · {{company}}</title>
        {{#isAlone}}<style>{{{style}}}</style>{{/isAlone}}
        {{^isAlone}}<link rel="stylesheet" href="/attain.css">{{/isAlone}}
        </head>
        <body>
        {{^isAlone}}<a class="skip" href="#content">Skip to content</a>{{/isAlone}}
        <header class="bar">
        {{#isAlone}}<span class="brand">{{company}}</span>{{/isAlone}}
        {{^isAlone}}
        <a class="brand" href="/">{{company}}</a>
        <nav aria-label="Main"><a href="/">Statements</a><a href="/corrections">Corrections</a><a href="/skipped">Skipped deals</a></nav>
        {{/isAlone}}
        </header>
        <main id="content">
        """

    private static let foot = """
        </main>
        <footer>
        <p class="fresh{{^isFresh}} stale{{/isFresh}}"><span class="dot" aria-hidden="true"></span>{{freshness}}</p>
        </footer>
        </body>
        </html>
        """

    private static let amount = """
        <span class="amount{{#isNegative}} negative{{/isNegative}}">{{text}}</span>
        """

    /// An amount that is a dash when it is nothing.
    private static let sum = """
        {{#isZero}}<span class="quiet">–</span>{{/isZero}}{{^isZero}}{{> amount}}{{/isZero}}
        """

    private static let paging = """
        {{#isPaged}}<nav class="pages" aria-label="Pages">{{#before}}<a rel="prev" href="{{.}}">‹ Previous</a>{{/before}}<span>Page {{page}} of {{pages}}</span>{{#after}}<a rel="next" href="{{.}}">Next ›</a>{{/after}}</nav>{{/isPaged}}
        """

    private static let status = """
        <span class="status {{status}}">{{statusTitle}}</span>
        """

    private static let index = """
        {{> head}}
        <h1>Statements{{#year}} <span class="quiet">{{year}}</span>{{/year}}</h1>
        <form class="search" action="/" method="get" role="search">
        <label for="search">Search by name or ID</label>
        <input id="search" name="search" type="search" value="{{search}}" autocomplete="off">
        {{#hasYears}}<label for="year">Year</label>
        <select id="year" name="year">{{#years}}<option value="{{year}}"{{#isChosen}} selected{{/isChosen}}>{{year}}</option>{{/years}}</select>{{/hasYears}}
        <button type="submit">Show</button>
        </form>
        {{#hasRows}}
        <p class="quiet">{{count}}{{#isSearch}} found for “{{search}}”. <a href="/">Show all</a>{{/isSearch}}</p>
        <div class="scroll" tabindex="0" role="region" aria-label="Earnings by payee and period">
        <table class="matrix">
        <thead><tr><th scope="col">Payee</th><th scope="col" class="number">Due now</th><th scope="col" class="number">Earned {{year}}</th><th scope="col"><span class="hidden">Currency</span></th>{{#periods}}<th scope="col" class="number">{{title}}{{#status}}<span class="id">{{.}}</span>{{/status}}</th>{{/periods}}</tr></thead>
        <tbody>
        {{#rows}}<tr><th scope="row"><a href="{{address}}">{{name}}</a>{{#hasName}}<span class="id">{{payee}}</span>{{/hasName}}</th><td class="number strong">{{#due}}{{> amount}}{{/due}}</td><td class="number strong">{{#sum}}{{> amount}}{{/sum}}</td><td class="quiet unit">{{currency}}</td>{{#cells}}<td class="number">{{#isEmpty}}<span class="quiet">–</span>{{/isEmpty}}{{^isEmpty}}<a href="{{address}}">{{> amount}}</a>{{/isEmpty}}</td>{{/cells}}</tr>
        {{/rows}}
        </tbody>
        <tfoot>
        {{#totals}}<tr><th scope="row">Total</th><td class="number">{{#due}}{{> amount}}{{/due}}</td><td class="number">{{#sum}}{{> amount}}{{/sum}}</td><td class="unit">{{currency}}</td>{{#cells}}<td class="number">{{> amount}}</td>{{/cells}}</tr>
        {{/totals}}
        </tfoot>
        </table>
        </div>
        {{> paging}}
        {{/hasRows}}
        {{^hasRows}}
        <div class="card empty">
        {{#hasAny}}<p>Nobody’s name or ID contains “{{search}}”.</p><p><a href="/">Show everyone</a></p>{{/hasAny}}
        {{^hasAny}}<p>There are no statements yet.</p><p>They appear as soon as the first commission is posted. If deals came in already, look at the <a href="/skipped">skipped deals</a>.</p>{{/hasAny}}
        </div>
        {{/hasRows}}
        {{> foot}}
        """

    private static let payee = """
        {{> head}}
        <p class="crumbs"><a href="/">Statements</a></p>
        <h1>{{name}}{{#hasName}} <span class="id">{{payee}}</span>{{/hasName}}</h1>
        {{#chart}}{{#isShown}}<figure class="card chart"><figcaption>Earned by period, {{currency}}</figcaption>
        <svg viewBox="0 0 {{width}} {{height}}" role="img" aria-label="Earned by period; the table below has the numbers"><line x1="0" x2="{{width}}" y1="{{base}}" y2="{{base}}" class="axis"/>{{#bars}}<rect x="{{x}}" y="{{y}}" width="{{width}}" height="{{height}}" rx="3"{{#isNegative}} class="minus"{{/isNegative}}><title>{{title}}</title></rect><text x="{{middle}}" y="{{labelBase}}" text-anchor="middle">{{label}}</text>{{/bars}}</svg></figure>{{/isShown}}{{/chart}}
        <div class="scroll" tabindex="0" role="region" aria-label="All periods">
        <table>
        <thead><tr><th scope="col">Period</th><th scope="col">Status</th><th scope="col" class="number wide">Opening</th><th scope="col" class="number">Earned</th><th scope="col" class="number wide">Other</th><th scope="col" class="number wide">Settled</th><th scope="col" class="number">Closing</th><th scope="col"><span class="hidden">Currency</span></th></tr></thead>
        <tbody>
        {{#rows}}<tr><th scope="row"><a href="{{address}}">{{title}}</a></th><td>{{> status}}</td><td class="number wide">{{#opening}}{{> amount}}{{/opening}}</td><td class="number">{{#earned}}{{> amount}}{{/earned}}</td><td class="number wide">{{#other}}{{> sum}}{{/other}}</td><td class="number wide">{{#settled}}{{> sum}}{{/settled}}</td><td class="number strong">{{#closing}}{{> amount}}{{/closing}}</td><td class="quiet">{{currency}}</td></tr>
        {{/rows}}
        </tbody>
        </table>
        </div>
        {{#hasPayouts}}<h2 id="payouts">Payouts</h2>
        <div class="scroll" tabindex="0" role="region" aria-labelledby="payouts">
        <table>
        <thead><tr><th scope="col">Period</th><th scope="col" class="number">Pays</th><th scope="col" class="wide">By</th><th scope="col" class="number wide">Settled</th><th scope="col" class="number wide">Rate</th><th scope="col">Status</th><th scope="col" class="wide">Document</th></tr></thead>
        <tbody>
        {{#payouts}}<tr><th scope="row"><a href="{{address}}">{{title}}</a></th><td class="number strong">{{#amount}}{{> amount}}{{/amount}} {{currency}}</td><td class="wide">{{channel}}</td><td class="number wide">{{#settled}}{{> amount}}{{/settled}} {{settledCurrency}}</td><td class="number wide">{{rate}}</td><td>{{> status}}</td><td class="quiet wide">{{document}}</td></tr>
        {{/payouts}}
        </tbody>
        </table>
        </div>{{/hasPayouts}}
        {{#hasCorrections}}<h2 id="corrections">Corrections of earlier periods</h2>
        {{> corrections}}{{/hasCorrections}}
        {{> foot}}
        """
}
