/// The company that every scenario starts from; a scenario's `company` says what is another there.
enum Standard {
    static let company = [
        "company.yaml": "name: Acme\nmanagers: {levels: 1}\npost-close: accept\nremainder: largest\n",
        "payees.csv": """
        id,name,currency,channel
        ada,Ada Reyes,USD,payroll
        bob,Bob Stone,USD,payroll
        max,Max Orr,USD,payroll
        """,
        "hierarchy.csv": "payee,manager,from\nada,max,2026-01-01\nbob,max,2026-01-01\n",
        "contracts.csv": "payee,plan,from,to\nada,rep,2026-01-01,\nbob,rep,2026-01-01,\n",
        "quotas.csv": "payee,measure,period,amount\nada,bookings,2026,100000\nbob,bookings,2026,100000\n",
        "exchange-rates.csv": "from,to,date,rate\nEUR,USD,2026-01-01,1.1\n",
        "products.csv": "name\nBolt\nNut\n",
        "plans/rep.yaml": """
        plan: rep
        currency: USD
        pays: monthly
        measures:
          bookings: {of: credit.amount, roles: [owner, split], over: year, quota: contract.quota.bookings}
        components:
          commission: {for: bookings, rate: 10%}
        """,
        "plans/senior.yaml": """
        plan: senior
        currency: USD
        pays: monthly
        measures:
          bookings: {of: credit.amount, roles: [owner, split], over: year, quota: contract.quota.bookings}
        components:
          commission: {for: bookings, rate: 12%}
        """,
        "plans/manager.yaml": """
        plan: manager
        currency: USD
        pays: monthly
        measures:
          team: {of: credit.amount, roles: [manager-1], over: year}
        components:
          override: {for: team, rate: 2%}
        """,
        "mappings/crm.yaml": """
        source: crm
        id: id
        stage: stage
        closed: closed
        amount: amount
        currency: currency
        owner: owner
        product: product
        account: account
        kind: kind
        splits: splits
        lines: lines
        revision: revision
        cancelled: {field: cancelled, reason: reason}
        invoiced: invoiced
        milestones: milestones
        """,
    ]
}
