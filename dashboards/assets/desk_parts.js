// Parts of the desk: components as the server writes them, built without Dash, which follows each of them at every change.
"use strict";

(() => {
    const $ = (id) => document.getElementById(id);
    const NAMES = {className: "class", colSpan: "colspan", dateTime: "datetime", tabIndex: "tabindex"};
    const made = (tree) => {
        if (tree === null || tree === undefined) return "";
        if (typeof tree !== "object") return String(tree);
        if (Array.isArray(tree)) { const all = document.createDocumentFragment(); all.append(...tree.map(made)); return all; }
        const {children, style, ...given} = tree.props;
        const isLink = tree.type === "Link";
        const found = document.createElement(isLink ? "a" : tree.type.toLowerCase());
        for (const [name, value] of Object.entries(given)) {
            if (value !== null && value !== false) found.setAttribute(NAMES[name] || name, value === true ? "" : value);
        }
        for (const [name, value] of Object.entries(style || {})) found.style.setProperty(name, value);
        if (isLink) found.classList.add("go");
        found.append(made(children));
        return found;
    };
    // Whoever moves by keys stays where he was, and what was opened stays open.
    const known = new WeakMap();
    const put = (id, tree) => {
        const place = $(id), text = JSON.stringify(tree);
        if (!place || known.get(place) === text) return;
        known.set(place, text);
        const held = place.contains(document.activeElement) ? document.activeElement.textContent : null;
        const isOpen = Boolean(place.querySelector("details[open]"));
        place.replaceChildren(made(tree));
        if (isOpen) for (const one of place.querySelectorAll("details")) one.open = true;
        if (held) { const again = [...place.querySelectorAll("a, button, summary")].find((one) => one.textContent === held); if (again) again.focus({preventScroll: true}); }
    };

    const note = (name, why, stale) => {
        const place = $(`desk-${name}-note`);
        if (!place) return;
        place.replaceChildren();
        place.parentElement.classList.toggle("nothing", Boolean(why));
        const said = why || stale;
        if (!said) return;
        const box = document.createElement("div");
        box.className = why ? "part part-empty" : "veil";
        box.setAttribute("role", "status");
        const sign = document.createElement("span");
        sign.className = "sign";
        sign.setAttribute("aria-hidden", "true");
        sign.textContent = why ? "○" : "▲ ";
        box.append(sign, said);
        place.append(box);
    };

    // What the page shows stands in its fields, also where the server chose otherwise or the address went back.
    const fill = (fields) => {
        for (const [name, value] of Object.entries(fields || {})) {
            const field = $(`field-${name}`);
            if (!field) continue;
            if (field.tagName === "SELECT") { field.dataset.chosen = value; field.value = value; }
            else if (field.value !== value && !(field.dataset.typed && field === document.activeElement)) field.value = value;
        }
    };

    // Texts of the frame follow the reader, who may not read the language that the page began in.
    const speak = (data) => {
        const page = $("page");
        if (page.dataset.spoken === data.language) return;
        page.dataset.spoken = data.language;
        for (const one of document.querySelectorAll(".page.desk [data-text]")) one.textContent = data.texts[one.dataset.text];
    };

    // What the table says of itself, in the reader's language; it asks whenever it says something.
    const gridText = ({key, defaultValue}) => {
        const shown = window.kuaiDesk.shown();
        return (shown && shown.texts[`desk.grid_says.${key}`]) || defaultValue;
    };
    // A filter that was opened keeps the language it was made in: it is made anew, with what was chosen.
    const relabel = (grid, columns) => {
        const chosen = grid.getFilterModel();
        columns.forEach(({field}) => grid.destroyFilter(field));
        grid.setFilterModel(chosen);
    };
    window.dashAgGridFunctions = Object.assign(window.dashAgGridFunctions || {}, {kuaiGridText: gridText});

    const swatch = (list, text, style, name, count) => {
        const entry = document.createElement("li");
        const box = document.createElement("span");
        box.className = `swatch ${name}`;
        box.setAttribute("aria-hidden", "true");
        if (style) box.style.background = style;
        entry.append(box, `${text} (${count})`);
        list.append(entry);
    };
    const legend = (head) => {
        const list = $("desk-legend");
        if (!list || !head || !head.colours) return;
        list.replaceChildren();
        const unit = document.createElement("li");
        unit.textContent = `${head.label} (${head.unit})`;
        list.append(unit);
        const counts = head.counts || {};
        const ranges = (head.ranges || []).map(([least, most]) => least === most ? least : `${least} – ${most}`);
        ((head.names || []).length ? head.names : ranges).forEach((text, at) =>
            swatch(list, text, head.colours.classes[at], "", counts[at + 1] || 0));
        Object.entries(head.states).forEach(([state, text], at) => {
            const count = counts[at + window.kuai_mapping.FIRST_STATE];
            if (count) swatch(list, text, "", `swatch-${state}`, count);
        });
        const said = document.createElement("li");
        said.textContent = head.note || "";
        list.append(said);
    };
    window.kuaiParts = {put, note, fill, speak, legend, relabel};
})();
