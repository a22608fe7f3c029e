// What was asked for and not taken is said to be so: nobody is to hold an alarm for acknowledged, or a view for kept, that is not.
"use strict";

(() => {
    const PLACES = {"alarms-deed": "alarms-said", "desk-deed": "desk-said"};

    const deedOf = ({body} = {}) => Object.keys(PLACES).find((deed) =>
        typeof body === "string" && body.includes(`"changedPropIds":["${deed}.data"]`));
    for (const event of ["kuai-unanswered", "kuai-refused"]) window.addEventListener(event, ({detail}) => {
        const place = PLACES[deedOf(detail[1])];
        if (!place || !document.getElementById(place)) return;
        const said = {className: "undone", children: window.kuaiLink.text("undone")};
        const children = {namespace: "dash_html_components", type: "Strong", props: said};
        window.dash_clientside.set_props(place, {children});
    });
})();
