// What is pointed at, by mouse or by keys: which area it is, and what is told of it.
(() => {
    "use strict";
    const kuai = (window.kuai_mapping = window.kuai_mapping || {});
    const STEP_PX = 120;
    const ARROWS = {ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1]};

    class Pointer {
        constructor(board) {
            this.board = board;
            this.area = -1;
            this.asked = 0;
            this.tip = kuai.element("div", {class: "block-tip", hidden: ""});
            this.said = kuai.element("div", {class: "block-said", role: "status", "aria-live": "polite"});
            board.stage.addEventListener("keydown", (event) => this.key(event));
            board.stage.addEventListener("blur", () => this.leave());
        }

        // Other areas are drawn: the one pointed at has no meaning there.
        forget() { this.area = -1; }

        _settle(longitude, latitude) {
            return this.board.cover.settle(longitude, latitude, (one) => this.board.isShown(one)).catch(() => -1);
        }

        async over(longitude, latitude) {
            const turn = ++this.asked, {painter} = this.board;
            if (longitude === null) return this.leave();
            this.isSettled = false;
            const found = await this._settle(longitude, latitude);
            if (turn !== this.asked) return;
            await this._point(found, painter && painter.screen([longitude, latitude]));
            this.isSettled = true;
        }

        async click(longitude, latitude) { this.choose(await this._settle(longitude, latitude)); }

        async choose(area) {
            const names = await this.board.cover.names();
            this.board.tell({clickData: {area: area < 0 ? null : names.area[area], stamp: Date.now()}});
        }

        leave() { this.asked++; this._point(-1, null); }

        async _point(area, screen) {
            const {board} = this;
            this.screen = screen;
            this.dots = null;
            if (area === this.area) return this.say();
            this.area = area;
            if (board.painter) board.painter.point(area);
            const names = await board.cover.names();
            if (area !== this.area) return;
            this.names = names;
            board.tell({hoverData: {area: area < 0 ? null : names.area[area]}});
            this.say();
        }

        // Name and value beside the pointer, and for those who listen.
        say() {
            const {area, names, board} = this, isOver = area >= 0 && names && board.isShown(area);
            this.tip.hidden = !isOver;
            if (!isOver) { this.said.textContent = ""; return; }
            const text = [board.nameOf(area, names), board.valueOf(area)], lines = kuai.linesOf(this._dots());
            const all = [...text.map((one, at) => [at ? "span" : "strong", one]), ...lines.map((one) => ["span", one])];
            this.tip.replaceChildren(...all.map(([kind, one]) => kuai.element(kind, {}, one)));
            const said = [text.join(": "), ...lines].join("; ");
            if (this.said.textContent !== said) this.said.textContent = said;
            this._place();
        }

        _place() {
            const {x, y} = this.screen || {x: 0, y: 0}, {clientWidth, clientHeight} = this.board.node;
            const across = x > clientWidth * 0.6 ? "calc(-100% - 12px)" : "12px", down = y > clientHeight * 0.75 ? "calc(-100% - 10px)" : "12px";
            this.tip.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px) translate(${across}, ${down})`;
        }

        // Dots that are told: all of the area that keys have come to, else those that are pointed at.
        _dots() {
            const {painter} = this.board;
            return this.dots || kuai.dotsAt((painter && painter.dots) || [], this.screen || {x: 0, y: 0}, (place) => painter.screen(place));
        }

        key(event) {
            const {painter} = this.board;
            if (!painter || event.altKey || event.ctrlKey || event.metaKey) return;
            if (painter.key) { if (painter.key(event)) event.preventDefault(); return; }
            const arrow = ARROWS[event.key], zoom = {"+": 1, "=": 1, "-": -1}[event.key];
            if (arrow && event.shiftKey) painter.pan(arrow[0] * STEP_PX, arrow[1] * STEP_PX);
            else if (arrow) this.go(arrow);
            else if (zoom) painter.zoom(zoom);
            else if (event.key === "Enter" && this.area >= 0) this.choose(this.area);
            else if (event.key === "Escape" && this.area >= 0) this.leave();
            else return;
            event.preventDefault();
        }

        // To the nearest area in a direction; at first to the one that is selected, or the one in the middle.
        async go([right, down]) {
            const {board} = this, {cover, painter, props} = board, names = await cover.names();
            const from = this.area >= 0 ? this.area : names.area.indexOf(props.selected);
            const shown = (one) => board.isShown(one);
            const to = from >= 0 ? cover.neighbour(from, right, down, shown) : this._central(shown);
            if (to < 0) return;
            const place = cover.middle(to);
            painter.show(place);
            this.asked++;
            await this._point(to, painter.screen(place));
            await this._list(to);
        }

        async _list(area) {
            const turn = this.asked, {painter, cover} = this.board;
            const dots = await kuai.dotsIn(painter.dots || [], area, cover);
            if (turn !== this.asked || area !== this.area) return;
            this.dots = dots;
            this.say();
        }

        _central(shown) {
            const {cover, painter} = this.board, [west, south, east, north] = painter.viewport().bounds;
            const at = [(west + east) / 2, (south + north) / 2];
            let best = -1, least = Infinity;
            for (let area = 0; area < cover.count; area++) {
                const [longitude, latitude] = cover.middle(area), far = (longitude - at[0]) ** 2 + (latitude - at[1]) ** 2;
                if (far < least && shown(area)) [best, least] = [area, far];
            }
            return best;
        }
    }

    kuai.Pointer = Pointer;
})();
