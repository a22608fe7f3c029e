// BlockMap: the component that Dash knows; it holds a board, which loads, paints, points and tells.
(() => {
    "use strict";
    const kuai = (window.kuai_mapping = window.kuai_mapping || {});
    const PACE_MS = 250, LOSSES = 4, AGAIN_MS = 800, RETRY_MS = 3000, STEP_PX = 120;
    const ARROWS = {ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1]};

    kuai.forced = (props) => new URLSearchParams(location.search).get("painter") || props.painter;

    class Board {
        constructor(node, props) {
            this.node = node;
            this.props = props;
            this.bring();
            this.losses = 0;
            this.area = -1;
            this.asked = 0;
            this.stage = kuai.element("div", {class: "block-stage", tabindex: "0", role: "application"});
            this.tip = kuai.element("div", {class: "block-tip", hidden: ""});
            this.said = kuai.element("div", {class: "block-said", role: "status", "aria-live": "polite"});
            this.note = kuai.element("div", {class: "block-note", role: "status", hidden: ""});
            node.append(this.stage, this.tip, this.said, this.note);
            this.scheme = new MutationObserver(() => this.update(this.props));
            this.scheme.observe(document.documentElement, {attributeFilter: ["data-mantine-color-scheme"]});
            this.stage.addEventListener("keydown", (event) => this.key(event));
            this.stage.addEventListener("blur", () => this.leave());
            this.reached = this.begin().catch((error) => this.fail(error));
        }

        tell(changes) { if (!this.isGone) this.props.setProps(changes); }

        fail(error) {
            console.warn("map:", error && error.message);
            this.status(`failed:${(error && error.status) || 0}`);
            if (!this.cover && !this.isGone) this.retry = setTimeout(() => this.anew(), RETRY_MS);
        }

        anew() {
            clearTimeout(this.retry);
            this.reached = this.reached.then(() => this.change()).catch((error) => this.fail(error));
        }

        status(text) {
            if (this.state === text) return;
            this.state = text;
            this.node.dataset.status = text;
            this.tell({status: text});
            this.noted();
        }

        // What the map says of its own state, if the page has words for it.
        noted() {
            const [kind] = (this.state || "").split(":");
            const said = {"failed:403": "not_permitted", "fallback:table": "table"}[this.state] || kind;
            const text = (this.props.words || {})[said] || "";
            this.note.hidden = !text;
            this.note.dataset.kind = kind;
            if (this.note.textContent !== text) this.note.textContent = text;
        }

        // As the page says, or else as all of it is.
        theme() {
            const scheme = document.documentElement.getAttribute("data-mantine-color-scheme");
            return this.props.theme || (scheme === "dark" ? "dark" : "light");
        }

        // Begin with the first painter that works, from the one that is asked for on.
        async begin() {
            this.status("loading");
            const {shapesUrl, valuesUrl} = this.props;
            const names = Object.keys(kuai.painters);
            const forced = kuai.forced(this.props);
            const candidates = names.slice(Math.max(0, names.indexOf(forced))).filter((name) => kuai.painters[name].isAble());
            kuai.painters[candidates[0]].prepare(this.props);
            const early = valuesUrl && kuai.values(valuesUrl).catch(() => null);
            const url = shapesUrl || (early && (await early) || {head: {}}).head.shapes;
            if (!url) return;
            const preparing = () => this.status("preparing");
            kuai.waiting.add(preparing);
            try { this.cover = await kuai.cover(url); } finally { kuai.waiting.delete(preparing); }
            for (const name of candidates) {
                if (this.isGone) return;
                if (await this.takes(name)) break;
            }
            await this.show();
        }

        async takes(name) {
            const inner = kuai.element("div", {class: "block-painter"});
            this.stage.replaceChildren(inner);
            this.painter = new kuai.painters[name].made(this);
            this.name = name;
            this.applied = {};
            try {
                const {cover, camera} = this;
                const interactive = this.props.interactive !== false;
                await this.painter.begin(inner, {cover, look: this.look(), camera, interactive});
                return true;
            } catch (error) {
                console.warn(`map: ${name} fails:`, error.message);
                this.painter.remove();
                this.painter = null;
                return false;
            }
        }

        look() {
            const blank = {classes: [], fills: {}, inks: {}};
            const colours = this.values ? this.values.head.colours : {light: blank, dark: blank};
            const found = kuai.lookOf(colours, this.theme(), this.props.palette);
            found.fills = found.fills.map((one) => one || found.ground);
            found.inks = found.inks.map((one) => one || found.ink);
            return found;
        }

        bounds() { return this.props.bounds || this.cover.head.extent; }

        bring() { if (this.props.brought) kuai.bring(this.props.valuesUrl, this.props.brought); }

        update(props) {
            const before = this.props;
            this.props = props;
            this.bring();
            const isOther = ["shapesUrl", "valuesUrl"].some((name) => before[name] !== props[name]);
            const isElsewhere = before.shapesUrl !== props.shapesUrl && props.shapesUrl && this.cover && this.cover.url !== props.shapesUrl;
            if (isElsewhere || (!this.cover && isOther)) this.anew();
            else this.reached = this.reached.then(() => this.show()).catch((error) => this.fail(error));
        }

        // Other shapes: a new snapshot mostly has the same under another address, and what is drawn stays.
        async change() {
            if (this.isGone) return;
            if (!this.painter) return this.begin();
            if (!(await this.hasShapes())) await this.take(await kuai.cover(this.props.shapesUrl));
            await this.show();
        }

        async hasShapes() {
            const {shapesUrl, valuesUrl} = this.props;
            if (!shapesUrl || this.cover.url === shapesUrl) return true;
            const values = valuesUrl && (await kuai.values(valuesUrl).catch(() => null));
            return Boolean(values) && values.head.digest === this.cover.head.digest;
        }

        // Draw another cover: on the drawing there is, if its painter can, for each new one takes memory that comes back late.
        async take(cover) {
            this.cover = cover;
            this.values = this.numbers = this.told = null;
            this.area = -1;
            this.applied = {};
            if (this.painter.turn) return this.painter.turn({cover, look: this.look()});
            this.painter.remove();
            if (!(await this.takes(this.name))) throw new Error("no painter");
        }

        // Bring what is drawn to what the page says; only what has changed is done.
        async show() {
            const {props, painter, applied} = this;
            if (!painter || this.isGone) return;
            const isChanged = (name, value) => {
                const text = JSON.stringify(value === undefined ? null : value);
                if (applied[name] === text) return false;
                applied[name] = text;
                return true;
            };
            if (isChanged("values", props.valuesUrl)) await this.load();
            if (painter !== this.painter || applied !== this.applied) return this.painter ? this.show() : undefined;
            const isLookNew = isChanged("look", [this.theme(), props.palette, this.values && this.values.head.colours]);
            if (isLookNew && this.values) {
                painter.setLook(this.look());
                if (this.numbers) this.tell({legend: this.legend()});
            }
            if (isChanged("outlines", [props.outlines, props.language, this.theme()])) painter.outlines(props.outlines || [], props.language || "zh");
            for (const name of ["selected", "compared"]) if (isChanged(name, [props[name], this.theme()])) painter.mark(name, props[name]);
            if (isChanged("bounds", props.bounds) && this.isFramed) painter.fit(this.bounds());
            this.isFramed = true;
            this.node.dataset.theme = this.theme();
            this.noted();
            this.describe();
            this.tipped();
            this.isDue = this.isPlaying && !props.playing;
            if (this.values && !this.isPlaying && !props.playing && isChanged("frame", [props.valuesUrl, this.frame()])) await this.paint();
            this.play();
        }

        async load() {
            const {valuesUrl} = this.props;
            if (!valuesUrl) return;
            try {
                const found = await kuai.values(valuesUrl);
                if (valuesUrl !== this.props.valuesUrl || this.isGone) return;
                if (found.head.digest !== this.cover.head.digest) {
                    await this.take(await kuai.cover(found.head.shapes));
                    this.applied.values = JSON.stringify(valuesUrl);
                }
                await this.refit();
                this.values = found;
                this.at = this.isPlaying ? 0 : undefined;
                this.ready();
            } catch (error) {
                delete this.applied.values;
                this.fail(error);
            }
        }

        // Without WebGL it depends on what is shown what draws it.
        async refit() {
            const wanted = await kuai.flatter(this);
            if (!wanted) return;
            if (this.painter) this.painter.remove();
            if (!(await this.takes(wanted))) await this.takes("table");
            this.applied.values = JSON.stringify(this.props.valuesUrl);
        }

        ready() { this.status(this.name === "texture" ? "ready" : `fallback:${this.name}`); }

        frame() {
            const last = this.values ? this.values.head.frames.length - 1 : 0;
            const wanted = this.at === undefined ? this.props.frame : this.at;
            return Math.min(last, Math.max(0, wanted === undefined || wanted === null ? last : wanted));
        }

        isShown(area) { return Boolean(this.numbers && this.numbers[area]); }

        async paint() {
            const began = performance.now(), frame = this.frame();
            this.numbers = this.values.numbers(frame);
            this.told = this.values.told(frame);
            this.painter.setNumbers(this.numbers);
            await this.painter.painted(this.isPlaying);
            if (this.isGone || !this.painter) return;
            const now = performance.now();
            this.node.dataset.frame = frame;
            this.applied.frame = JSON.stringify([this.props.valuesUrl, frame]);
            this.tell({
                painted: {stamp: Date.now(), ms: Math.round(10 * (now - began)) / 10, frame}, legend: this.legend(),
                ...(this.isPlaying ? {frame} : {}),
            });
            this.describe();
        }

        // What the numbers that are painted mean, in this light.
        legend() {
            const {colours, ...legend} = this.values.head, counts = {};
            for (const one of this.numbers) counts[one] = (counts[one] || 0) + 1;
            return {...legend, frame: this.frame(), counts, colours: colours[this.theme()] || colours.light};
        }

        // Frames one after the other: the next is begun only when this one has been seen.
        async play() {
            if (this.isPlaying || !this.props.playing || !this.values) return;
            this.isPlaying = true;
            const count = this.values.head.frames.length;
            this.at = this.frame() >= count - 1 ? 0 : this.frame();
            while (this.props.playing && !this.isGone && this.values && this.painter) {
                const began = performance.now();
                await this.paint();
                const rest = (this.props.pace ?? PACE_MS) - (performance.now() - began);
                if (rest > 0) await new Promise((done) => setTimeout(done, rest));
                if (this.at + 1 >= this.values.head.frames.length) { this.tell({playing: false}); break; }
                if (this.props.playing) this.at++;
            }
            this.isPlaying = false;
            this.at = undefined;
            // What the page has come to want meanwhile, such as other values, is painted now.
            if (this.isDue && !this.isGone) await this.show();
        }

        // The drawing context has gone: draw anew on another, as often as is sensible, then with the next painter.
        lost() {
            if (this.isGone || this.isLost) return;
            this.isLost = true;
            this.status("lost");
            try { this.camera = this.painter.camera(); } catch { this.camera = null; }
            this.losses++;
            setTimeout(() => {
                this.isLost = false;
                this.reached = this.reached.catch(() => null).then(() => this.revive()).catch((error) => this.fail(error));
            }, AGAIN_MS);
        }

        async revive() {
            if (this.isGone) return;
            if (this.painter) this.painter.remove();
            const names = Object.keys(kuai.painters);
            const from = this.losses > LOSSES ? "plotly" : this.name;
            for (const name of names.slice(names.indexOf(from))) if (await this.takes(name)) break;
            this.camera = null;
            await this.show();
            if (this.values) this.ready();
        }

        async pointed(longitude, latitude) {
            const turn = ++this.asked;
            if (longitude === null) return this.leave();
            this.isSettled = false;
            const found = await this.cover.settle(longitude, latitude, (one) => this.isShown(one)).catch(() => -1);
            if (turn !== this.asked) return;
            await this.point(found, this.painter && this.painter.screen([longitude, latitude]));
            this.isSettled = true;
        }

        async clicked(longitude, latitude) {
            const found = await this.cover.settle(longitude, latitude, (one) => this.isShown(one)).catch(() => -1);
            this.choose(found);
        }

        async choose(area) {
            const names = await this.cover.names();
            this.tell({clickData: {area: area < 0 ? null : names.area[area], stamp: Date.now()}});
        }

        async point(area, screen) {
            this.screen = screen;
            if (area === this.area) return this.tipped();
            this.area = area;
            if (this.painter) this.painter.point(area);
            const names = await this.cover.names();
            if (area !== this.area) return;
            this.names = names;
            this.tell({hoverData: {area: area < 0 ? null : names.area[area]}});
            this.tipped();
        }

        leave() { this.asked++; this.point(-1, null); }

        nameOf(area, names) { return (names[this.props.language || "zh"] || names.area)[area] || names.area[area]; }

        // What there is to say of an area: its number, or the name of its state.
        valueOf(area) {
            const number = this.numbers ? this.numbers[area] : 0, {head} = this.values || {head: {}};
            if (number > 10) return Object.values(head.states)[number - 11] || "";
            if (!number) return "";
            const bounds = head.ranges[number - 1], kind = head.names[number - 1];
            if (!this.told) return kind || `${bounds[0]} – ${bounds[1]} ${head.unit}`;
            const digits = {minimumFractionDigits: head.digits, maximumFractionDigits: head.digits};
            const value = `${this.told[area].toLocaleString("en-US", digits)} ${head.unit}`;
            return kind ? `${value} · ${kind}` : value;
        }

        // Name and value beside the pointer, and for those who listen.
        tipped() {
            const {area, names, props} = this;
            const isOver = area >= 0 && names && this.isShown(area);
            this.tip.hidden = !isOver;
            if (!isOver) { this.said.textContent = ""; return; }
            const isTold = props.label && props.label.area === names.area[area];
            const text = isTold ? [props.label.text] : [this.nameOf(area, names), this.valueOf(area)];
            const {x, y} = this.screen || {x: 0, y: 0}, places = this.painter.placesAt ? this.painter.placesAt({x, y}) : [];
            const all = [...text.map((one, at) => [at ? "span" : "strong", one]), ...places.map((one) => ["span", `● ${one}`])];
            this.tip.replaceChildren(...all.map(([kind, one]) => kuai.element(kind, {}, one)));
            if (this.said.textContent !== text.join(": ")) this.said.textContent = text.join(": ");
            const isRight = x > this.node.clientWidth * 0.6, isLow = y > this.node.clientHeight * 0.75;
            this.tip.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px) translate(${isRight ? "calc(-100% - 12px)" : "12px"}, ${isLow ? "calc(-100% - 10px)" : "12px"})`;
        }

        describe() {
            const {label, keys} = this.props.words || {};
            const head = this.values && this.values.head, frame = head && head.frames[this.frame()];
            const about = head ? [head.label, frame && frame.label].filter(Boolean).join(", ") : "";
            this.stage.setAttribute("aria-label", [label, about, keys].filter(Boolean).join(". "));
        }

        moved() {
            if (!this.painter) return;
            this.tell({viewport: this.painter.viewport()});
        }

        key(event) {
            if (!this.painter || event.altKey || event.ctrlKey || event.metaKey) return;
            const arrow = ARROWS[event.key], zoom = {"+": 1, "=": 1, "-": -1}[event.key];
            if (arrow && event.shiftKey) this.painter.pan(arrow[0] * STEP_PX, arrow[1] * STEP_PX);
            else if (arrow) this.go(arrow);
            else if (zoom) this.painter.zoom(zoom);
            else if (event.key === "Enter" && this.area >= 0) this.choose(this.area);
            else if (event.key === "Escape") this.leave();
            else return;
            event.preventDefault();
        }

        // To the nearest area in a direction; at first to the one that is selected, or the one in the middle.
        async go([right, down]) {
            const names = await this.cover.names();
            const from = this.area >= 0 ? this.area : names.area.indexOf(this.props.selected);
            const shown = (one) => this.isShown(one);
            const to = from >= 0 ? this.cover.neighbour(from, right, down, shown) : await this.central(shown);
            if (to < 0) return;
            const place = this.cover.middle(to);
            this.painter.show(place);
            this.asked++;
            await this.point(to, this.painter.screen(place));
        }

        async central(shown) {
            const [west, south, east, north] = this.painter.viewport().bounds;
            const at = [(west + east) / 2, (south + north) / 2];
            let best = -1, least = Infinity;
            for (let area = 0; area < this.cover.count; area++) {
                const [longitude, latitude] = this.cover.middle(area), far = (longitude - at[0]) ** 2 + (latitude - at[1]) ** 2;
                if (far < least && shown(area)) [best, least] = [area, far];
            }
            return best;
        }

        remove() {
            this.isGone = true;
            clearTimeout(this.retry);
            this.scheme.disconnect();
            if (this.painter) this.painter.remove();
        }
    }

    kuai.Board = Board;

    kuai.BlockMap = (props) => {
        const {createElement, useEffect, useRef} = window.React;
        const node = useRef(null), board = useRef(null);
        useEffect(() => {
            board.current = new Board(node.current, props);
            node.current.board = board.current;
            return () => board.current.remove();
        }, []);
        useEffect(() => { if (board.current.props !== props) board.current.update(props); });
        return createElement("div", {id: props.id, className: `block-map ${props.className || ""}`, style: props.style, ref: node});
    };
})();
