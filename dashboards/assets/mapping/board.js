// What a map shows: shapes and values are loaded, painted and played as the page says, and told to it.
(() => {
    "use strict";
    const kuai = (window.kuai_mapping = window.kuai_mapping || {});
    const PACE_MS = 250, RETRY_MS = 3000, REFUSED = [400, 403];

    class Board {
        constructor(node, props) {
            this.node = node;
            this.props = props;
            this.bring();
            this.stage = kuai.element("div", {class: "block-stage", tabindex: "0", role: "application"});
            this.pointer = new kuai.Pointer(this);
            this.easel = new kuai.Easel(this);
            this.note = kuai.element("div", {class: "block-note", role: "status", hidden: ""});
            node.append(this.stage, this.pointer.tip, this.pointer.said, this.note);
            this.scheme = new MutationObserver(() => this.update(this.props));
            this.scheme.observe(document.documentElement, {attributeFilter: ["data-mantine-color-scheme"]});
            this.reached = this.begin().catch((error) => this.fail(error));
        }

        get painter() { return this.easel.painter; }

        tell(changes) { if (!this.isGone) this.props.setProps(changes); }

        fail(error) {
            const {message, status = 0} = error || {};
            console.warn("map:", message);
            this.status(`failed:${status}`);
            clearTimeout(this.retry);
            if (!this.isGone && (!this.cover || !REFUSED.includes(status))) this.retry = setTimeout(() => this.anew(), RETRY_MS);
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
            this.easel.prepare();
            const early = valuesUrl && kuai.values(valuesUrl).catch(() => null);
            const url = shapesUrl || (early && (await early) || {head: {}}).head.shapes;
            if (!url) return;
            const preparing = () => this.status("preparing");
            kuai.waiting.add(preparing);
            try { this.cover = await kuai.cover(url); } finally { kuai.waiting.delete(preparing); }
            await this.easel.begin();
            await this.show();
        }

        look() { return kuai.lookOf(this.values && this.values.head.colours, this.theme(), this.props.palette); }

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

        async take(cover) {
            this.cover = cover;
            this.values = this.numbers = this.drawn = null;
            this.pointer.forget();
            await this.easel.turn();
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
                if (this.numbers) this.tell({legend: this.values.legend(this.frame(), this.theme())});
            }
            if (isChanged("outlines", [props.outlines, props.language, this.theme()])) this.overlay();
            for (const name of ["selected", "compared"]) if (isChanged(name, [props[name], this.theme()])) painter.mark(name, props[name]);
            if (isChanged("bounds", props.bounds) && this.isFramed) painter.fit(this.bounds());
            this.isFramed = true;
            this.node.dataset.theme = this.theme();
            this.noted();
            this.describe();
            this.pointer.say();
            this.isDue = this.isPlaying && !props.playing;
            if (this.values && !this.isPlaying && !props.playing && isChanged("frame", [props.valuesUrl, this.frame()])) await this.paint();
            this.play();
        }

        // What lies above the areas; if it cannot be brought, it is tried again with the next change.
        overlay() {
            const {painter, applied, props} = this;
            painter.outlines(props.outlines || [], props.language || "zh").catch((error) => {
                console.warn("map:", error.message);
                delete applied.outlines;
            });
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
                await this.easel.refit();
                this.values = found;
                delete this.applied.frame;
                this.at = this.isPlaying ? 0 : undefined;
                this.ready();
            } catch (error) {
                delete this.applied.values;
                this.fail(error);
            }
        }

        ready() { this.status(this.easel.name === "texture" ? "ready" : `fallback:${this.easel.name}`); }

        frame() {
            const last = this.values ? this.values.head.frames.length - 1 : 0;
            const wanted = this.at === undefined ? this.props.frame : this.at;
            return Math.min(last, Math.max(0, wanted === undefined || wanted === null ? last : wanted));
        }

        isShown(area) { return Boolean(this.numbers && this.numbers[area]); }

        async paint() {
            const began = performance.now(), frame = this.frame();
            this.drawn = {values: this.values, frame};
            this.numbers = this.values.numbers(frame);
            this.painter.setNumbers(this.numbers);
            await this.painter.painted(this.isPlaying);
            if (this.isGone || !this.painter) return;
            const now = performance.now();
            this.node.dataset.frame = frame;
            this.applied.frame = JSON.stringify([this.props.valuesUrl, frame]);
            this.tell({
                painted: {stamp: Date.now(), ms: Math.round(10 * (now - began)) / 10, frame}, legend: this.values.legend(frame, this.theme()),
                ...(this.isPlaying ? {frame} : {}),
            });
            this.describe();
        }

        // Frames one after the other: the next is begun only when this one has been seen.
        async play() {
            if (this.isPlaying || !this.props.playing || !this.values) return;
            this.isPlaying = true;
            const {painter} = this, count = this.values.head.frames.length;
            this.at = this.frame() >= count - 1 ? 0 : this.frame();
            while (this.props.playing && !this.isGone && this.values && this.painter === painter && !this.easel.isLost) {
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

        nameOf(area, names) { return (names[this.props.language || "zh"] || names.area)[area] || names.area[area]; }

        valueOf(area) { return this.drawn ? this.drawn.values.said(area, this.drawn.frame) : ""; }

        describe() {
            const {label, keys, table_keys: listed} = this.props.words || {}, isListed = this.easel.name === "table";
            const about = this.values && this.values.about(this.frame());
            this.stage.setAttribute("aria-label", [label, about, isListed ? listed : keys].filter(Boolean).join(". "));
        }

        moved() {
            if (!this.painter) return;
            this.tell({viewport: this.painter.viewport()});
        }

        remove() {
            this.isGone = true;
            clearTimeout(this.retry);
            this.scheme.disconnect();
            this.easel.remove();
        }
    }

    kuai.Board = Board;
})();
