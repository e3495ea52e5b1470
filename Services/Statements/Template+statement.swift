extension Template {
    static let statement = """
        {{> head}}
        {{^isAlone}}<p class="crumbs"><a href="/">Statements</a> <span aria-hidden="true">›</span> <a href="{{payeeAddress}}">{{name}}</a></p>{{/isAlone}}
        <div class="title">
        <div><h1>{{period}} {{> status}}</h1><p class="who">{{name}}{{#hasName}} <span class="id">{{payee}}</span>{{/hasName}}</p><p class="quiet">{{from}} to {{to}}{{#remark}} · {{.}}{{/remark}}</p></div>
        {{^isAlone}}<p class="forms"><span class="quiet">Download</span> <a href="{{address}}.csv">CSV</a> <a href="{{address}}.json">JSON</a> <a href="{{address}}.txt">Text</a></p>{{/isAlone}}
        </div>
        {{#balances}}
        <dl class="card balance">
        <div><dt>Opening balance</dt><dd>{{#opening}}{{> amount}}{{/opening}}</dd></div>
        {{#movements}}<div><dt>{{title}}</dt><dd>{{#amount}}{{> amount}}{{/amount}}</dd></div>
        {{/movements}}
        <div class="closing"><dt>Closing balance</dt><dd>{{#closing}}{{> amount}}{{/closing}} <span class="currency">{{currency}}</span></dd></div>
        </dl>
        {{#hasBeside}}<p class="beside">{{#beside}}<span>{{title}} {{#amount}}{{> amount}}{{/amount}} {{currency}}</span>{{/beside}}</p>{{/hasBeside}}
        {{/balances}}
        {{#components}}
        <section class="card component">
        <h2><span>{{name}} <span class="quiet">{{count}}</span></span><span class="subtotal">{{#subtotal}}{{> amount}}{{/subtotal}} <span class="currency">{{currency}}</span></span></h2>
        <div class="heads" aria-hidden="true"><span>Date</span><span>Deal</span><span class="number">Credit</span><span class="number">{{head}}</span></div>
        {{#lines}}<details>
        <summary><span class="date">{{date}}</span><span class="deal"><b>{{deal}}</b> <span class="role">{{role}}</span>{{#hasFacts}}<span class="facts">{{facts}}</span>{{/hasFacts}}</span><span class="number credit"><span class="hidden">Credit </span>{{#credit}}{{> amount}}{{/credit}}</span><span class="number strong earned"><span class="hidden">{{head}} </span>{{#amount}}{{> amount}}{{/amount}}{{#due}}<span class="facts">due {{> amount}}</span>{{/due}}</span></summary>
        <ol>{{#sentences}}<li>{{.}}</li>{{/sentences}}</ol>
        </details>
        {{/lines}}
        </section>
        {{/components}}
        {{#hasEntries}}<section class="card entries">
        <h2>Also in this period</h2>
        <dl>{{#entries}}<div><dt>{{title}}<span class="facts">{{words}}</span></dt><dd>{{#amount}}{{> amount}}{{/amount}} <span class="currency">{{currency}}</span></dd></div>
        {{/entries}}</dl>
        </section>{{/hasEntries}}
        {{^hasLines}}<div class="card empty"><p>Nothing was earned in this period.</p></div>{{/hasLines}}
        {{^isAlone}}<nav class="pages" aria-label="Other periods">{{#before}}<a rel="prev" href="{{address}}">‹ {{title}}</a>{{/before}}<span></span>{{#after}}<a rel="next" href="{{address}}">{{title}} ›</a>{{/after}}</nav>{{/isAlone}}
        {{> foot}}
        """

    static let corrections = """
        <div class="scroll" tabindex="0" role="region" aria-label="Corrections">
        <table>
        <thead><tr>{{#isOfAll}}<th scope="col">Payee</th>{{/isOfAll}}<th scope="col">Earned in</th><th scope="col" class="wide">Posted in</th><th scope="col">For</th><th scope="col" class="number">Change</th><th scope="col"><span class="hidden">Currency</span></th><th scope="col" class="wide">Corrects</th></tr></thead>
        <tbody>
        {{#corrections}}<tr>{{#isOfAll}}<th scope="row"><a href="{{payeeAddress}}">{{name}}</a></th>{{/isOfAll}}<td><a href="{{earnedAddress}}">{{earned}}</a></td><td class="wide"><a href="{{address}}">{{posted}}</a></td><td>{{deal}} <span class="quiet wide">{{component}}</span></td><td class="number strong">{{#amount}}{{> amount}}{{/amount}}</td><td class="quiet unit">{{currency}}</td><td class="quiet wide">{{document}}</td></tr>
        {{/corrections}}
        </tbody>
        </table>
        </div>
        """

    static let correctionList = """
        {{> head}}
        <h1>Corrections</h1>
        <p class="lead">What was posted in an open period for one that is closed. Each names the document that it corrects.</p>
        {{#hasCorrections}}<p class="quiet">{{count}}</p>
        {{> corrections}}
        {{> paging}}{{/hasCorrections}}
        {{^hasCorrections}}<div class="card empty"><p>No closed period had to be corrected.</p></div>{{/hasCorrections}}
        {{> foot}}
        """

    static let skipped = """
        {{> head}}
        <h1>Skipped deals</h1>
        <p class="lead">{{count}} {{#isOne}}deal is{{/isOne}}{{^isOne}}deals are{{/isOne}} not credited, or not with all that came for {{#isOne}}it{{/isOne}}{{^isOne}}them{{/isOne}}, or a payee’s part cannot be calculated. Each goes through by itself once its cause is mended.</p>
        {{#deals}}<article class="card skipped">
        <h2><span>{{deal}}</span><span class="quiet">{{received}}</span></h2>
        <p class="quiet">{{origin}}</p>
        <dl>{{#problems}}<div><dt><code>{{code}}</code></dt><dd>{{message}}<span class="remedy">{{remedy}}</span></dd></div>{{/problems}}</dl>
        </article>
        {{/deals}}
        {{> paging}}
        {{^deals}}<div class="card empty"><p>Every deal that came in is credited.</p></div>{{/deals}}
        {{> foot}}
        """

    static let notFound = """
        {{> head}}
        <h1>Not found</h1>
        <div class="card empty">
        <p>{{message}}</p>
        <p>Addresses look like <code>/statements/PAYEE/2026-03</code> and <code>/payees/PAYEE</code>. Look for the payee instead:</p>
        <form class="search" action="/" method="get" role="search"><label for="search">Search by name or ID</label><input id="search" name="search" type="search"><button type="submit">Show</button></form>
        <p>A statement exists as soon as something is posted for its period.</p>
        </div>
        {{> foot}}
        """

    static let unavailable = """
        {{> head}}
        <h1>Not available</h1>
        <div class="card empty">
        <p>{{message}}</p>
        </div>
        {{> foot}}
        """
}
