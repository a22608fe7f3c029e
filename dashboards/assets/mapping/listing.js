// What shows the areas where nothing can draw them: a table of names and of what there is to say of each.
(() => {
    "use strict";
    const kuai = (window.kuai_mapping = window.kuai_mapping || {});
    const PAGE = 10;
    const STEPS = {ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE, Home: -Infinity, End: Infinity};

    class Listing {
        constructor(board) { Object.assign(this, {board, rows: [], at: 0}); }

        // The rows take the place of the stage among what keys come to.
        async begin(node, {cover}) {
            const {stage} = this.board;
            Object.assign(this, {cover, node});
            this.names = await cover.names();
            node.classList.add("block-table");
            node.addEventListener("click", (event) => { const row = event.target.closest("tbody tr"); if (row) this._choose(row); });
            node.addEventListener("focusin", (event) => { const row = event.target.closest("tbody tr"); if (row) this._stand(this.rows.indexOf(row)); });
            stage.removeAttribute("tabindex");
            stage.setAttribute("role", "group");
        }

        setNumbers(numbers) {
            const {board, names, node} = this, {language = "zh", words = {}} = board.props;
            const held = this.rows[this.at], hasFocus = node.contains(document.activeElement);
            const order = new Intl.Collator(language, {numeric: true}), known = [];
            numbers.forEach((one, area) => { if (one) known.push({area, name: board.nameOf(area, names)}); });
            known.sort((one, other) => order.compare(one.name, other.name));
            const more = known.length - kuai.limits.flat;
            this.rows = known.slice(0, kuai.limits.flat).map((one) => this._row(one));
            const heads = [words.area, words.value].map((one) => kuai.element("th", {scope: "col"}, one || ""));
            const rest = more > 0 && words.more ? words.more.replace("{count}", more.toLocaleString("en-US")) : "";
            const said = [board.values.about(board.frame()), rest].filter(Boolean).join(" · ");
            node.replaceChildren(kuai.element("table", {role: "grid"}, kuai.element("caption", {}, said),
                kuai.element("thead", {}, kuai.element("tr", {}, ...heads)), kuai.element("tbody", {}, ...this.rows)));
            this._stand(Math.max(0, this.rows.findIndex(({dataset}) => dataset.area === (held ? held.dataset.area : this.selected))));
            if (hasFocus && this.rows.length) this.rows[this.at].focus();
            this._select();
        }

        _row({area, name}) {
            const cells = [kuai.element("th", {scope: "row"}, name), kuai.element("td", {}, this.board.valueOf(area))];
            return kuai.element("tr", {"data-area": this.names.area[area], tabindex: "-1"}, ...cells);
        }

        // One of the rows is what Tab comes to.
        _stand(at) {
            if (this.rows[this.at]) this.rows[this.at].tabIndex = -1;
            if (this.rows[at]) this.rows[at].tabIndex = 0;
            this.at = at;
        }

        _choose({dataset}) { this.board.pointer.choose(this.names.area.indexOf(dataset.area)); }

        // Whether a key was one of the table's.
        key({key}) {
            const row = this.rows[this.at];
            if (!row || !(key in STEPS || ["Enter", " "].includes(key))) return false;
            if (key in STEPS) this.rows[Math.min(this.rows.length - 1, Math.max(0, this.at + STEPS[key]))].focus();
            else this._choose(row);
            return true;
        }

        _select() { for (const row of this.rows) row.setAttribute("aria-selected", row.dataset.area === this.selected); }

        painted() { return Promise.resolve(); }
        viewport() { return {bounds: this.board.bounds(), zoom: null}; }
        screen() { return {x: 0, y: 0}; }
        camera() { return null; }
        mark(name, code) {
            if (name === "selected") this.selected = code;
            this._select();
        }
        setLook() {}
        fit() {}
        async outlines() {}
        point() {}
        remove() {
            const {stage} = this.board;
            stage.setAttribute("tabindex", "0");
            stage.setAttribute("role", "application");
        }
    }

    kuai.Listing = Listing;
})();
