// Which painter draws a board: the first that works, another when one is lost or what is to be shown suits another.
(() => {
    "use strict";
    const kuai = (window.kuai_mapping = window.kuai_mapping || {});
    const LOSSES = 4, CALM_MS = 600000, AGAIN_MS = 800;

    kuai.forced = (props) => new URLSearchParams(location.search).get("painter") || props.painter;

    class Easel {
        constructor(board) {
            this.board = board;
            this.losses = this.lostAt = 0;
        }

        // Those that can work here, from the one that is asked for on.
        _candidates() {
            const names = Object.keys(kuai.painters), from = names.indexOf(kuai.forced(this.board.props));
            return names.slice(Math.max(0, from)).filter((name) => kuai.painters[name].isAble());
        }

        prepare() { kuai.painters[this._candidates()[0]].prepare(this.board.props); }

        async begin() {
            for (const name of this._candidates()) if (this.board.isGone || (await this.takes(name))) return;
            throw new Error("no painter");
        }

        async takes(name) {
            const {board} = this, inner = kuai.element("div", {class: "block-painter"});
            board.stage.replaceChildren(inner);
            this.painter = new kuai.painters[name].made(board);
            this.name = name;
            board.applied = {};
            try {
                const interactive = board.props.interactive !== false;
                await this.painter.begin(inner, {cover: board.cover, look: board.look(), camera: this.camera, interactive});
                return true;
            } catch (error) {
                console.warn(`map: ${name} fails:`, error.message);
                this.remove();
                this.painter = null;
                if (error.isAbsent) throw error;
                return false;
            }
        }

        // Draw another cover: on the drawing there is, if its painter can, for each new one takes memory that comes back late.
        async turn() {
            const {board, painter} = this;
            board.applied = {};
            if (painter.turn) return painter.turn({cover: board.cover, look: board.look()});
            this.remove();
            if (!(await this.takes(this.name))) throw new Error("no painter");
        }

        // Without WebGL it depends on what is shown what draws it.
        async refit() {
            const {board} = this, wanted = await kuai.flatter(board);
            if (!wanted) return;
            this.remove();
            if (!(await this.takes(wanted))) await this.takes("table");
            board.applied.values = JSON.stringify(board.props.valuesUrl);
        }

        // The drawing context has gone: draw anew on another; with the next painter if that happens again and again.
        lost() {
            const {board} = this;
            if (board.isGone || this.isLost) return;
            this.isLost = true;
            board.status("lost");
            try { this.camera = this.painter.camera(); } catch { this.camera = null; }
            this.losses = Date.now() - this.lostAt < CALM_MS ? this.losses + 1 : 1;
            this.lostAt = Date.now();
            setTimeout(() => {
                this.isLost = false;
                board.reached = board.reached.catch(() => null).then(() => this._revive()).catch((error) => board.fail(error));
            }, AGAIN_MS);
        }

        async _revive() {
            const {board} = this;
            if (board.isGone) return;
            this.remove();
            const names = Object.keys(kuai.painters), from = this.losses > LOSSES ? "plotly" : this.name;
            for (const name of names.slice(names.indexOf(from))) if (await this.takes(name)) break;
            if (!this.painter) throw new Error("no painter");
            this.camera = null;
            await board.show();
            if (board.values) board.ready();
        }

        remove() { if (this.painter) this.painter.remove(); }
    }

    kuai.Easel = Easel;
})();
