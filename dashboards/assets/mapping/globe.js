// MapLibre, with all that lies above the areas: lines, names, dots, and what is selected.
(() => {
    "use strict";
    const kuai = (window.kuai_mapping = window.kuai_mapping || {});
    const MOST_LABELS = 400;

    const loaded = new Map();
    const script = (url) => {
        if (!loaded.has(url)) {
            loaded.set(url, new Promise((done, failed) => {
                const made = kuai.element("script", {src: url});
                made.onload = done;
                made.onerror = () => { loaded.delete(url); made.remove(); failed(kuai.absent(url)); };
                document.head.append(made);
            }));
        }
        return loaded.get(url);
    };
    const prefix = () => {
        const config = document.getElementById("_dash-config");
        return (config && JSON.parse(config.textContent).requests_pathname_prefix) || "/";
    };
    kuai.packaged = (path) => script(`${prefix()}_dash-component-suites/${path}`);
    kuai.engine = async (edition) => {
        if (window.maplibregl) return;
        const at = `${prefix()}vendor/${edition}/`, href = `${at}maplibre-gl.css`;
        if (!document.querySelector(`link[href="${href}"]`)) document.head.append(kuai.element("link", {rel: "stylesheet", href}));
        await script(`${at}maplibre-gl.js`);
    };

    // What WebGL drew is gone after its frame: a picture is copied within it.
    const copied = (canvas) => {
        const copy = Object.assign(document.createElement("canvas"), {width: canvas.width, height: canvas.height});
        copy.getContext("2d").drawImage(canvas, 0, 0);
        return copy;
    };

    // A flat map has no sky, but MapLibre draws one behind every frame: without a graphics card that is half of its time.
    const withoutSky = ({painter}) => {
        const render = painter.render.bind(painter);
        painter.render = (style, options) => {
            const {sky} = style;
            style.sky = undefined;
            try { return render(style, options); } finally { style.sky = sky; }
        };
    };

    // MapLibre, with all that lies above the areas; how they are drawn themselves is said by those below.
    class Globe {
        constructor(board) { Object.assign(this, {board, document: kuai.bringer(), dots: [], waiting: new Set()}); }

        async begin(node, {cover, look, camera, interactive}) {
            await kuai.engine(this.board.props.vendor);
            this.cover = cover;
            this.look = look;
            this.isMoved = Boolean(camera);
            const [west, south, east, north] = this.board.bounds();
            this.map = new maplibregl.Map({
                container: node, interactive, keyboard: false, dragRotate: false, pitchWithRotate: false, maxPitch: 0,
                touchPitch: false, attributionControl: false, fadeDuration: 0, renderWorldCopies: false, maxZoom: 20,
                canvasContextAttributes: {antialias: false, preserveDrawingBuffer: false},
                // Else every change of a layer is drawn for 300 ms on end.
                style: {version: 8, sources: {}, layers: this.ground(look), transition: {duration: 0, delay: 0}},
                ...(camera || {bounds: [[west, south], [east, north]], fitBoundsOptions: {padding: 16}}),
            });
            withoutSky(this.map);
            const canvas = this.map.getCanvas();
            canvas.tabIndex = -1;
            canvas.setAttribute("aria-hidden", "true");
            canvas.kuaiPicture = () => new Promise((done) => { this.map.once("render", () => done(copied(canvas))); this.map.triggerRepaint(); });
            canvas.addEventListener("webglcontextlost", () => {
                this.board.easel.lost();
                for (const end of this.waiting) end();
            });
            this.map.on("error", ({error}) => console.warn("map:", error && error.message));
            await new Promise((done) => this.map.once("style.load", done));
            await this.areas();
            this._listen();
        }

        _listen() {
            const {map, board} = this;
            map.on("mousemove", ({lngLat}) => board.pointer.over(lngLat.lng, lngLat.lat));
            map.on("mouseout", () => board.pointer.over(null));
            map.on("click", ({lngLat}) => board.pointer.click(lngLat.lng, lngLat.lat));
            map.on("moveend", () => board.moved());
            map.on("movestart", ({originalEvent}) => { if (originalEvent) this.isMoved = true; });
            map.on("resize", () => { if (!this.isMoved) this.fit(board.bounds()); });
            map.touchZoomRotate.disableRotation();
        }

        // What lies below the areas.
        ground({ground}) { return [{id: "ground", type: "background", paint: {"background-color": ground}}]; }

        camera() { return {center: this.map.getCenter().toArray(), zoom: this.map.getZoom()}; }

        viewport() {
            const bounds = this.map.getBounds();
            return {bounds: bounds.toArray().flat(), zoom: this.map.getZoom()};
        }

        // Whoever has not moved the map sees all of it, also when there is less room for it.
        fit([west, south, east, north]) {
            this.isMoved = false;
            this.map.fitBounds([[west, south], [east, north]], {padding: 16, animate: false, maxZoom: 17});
        }

        show(place) { if (!this.map.getBounds().contains(place)) this._move(() => this.map.panTo(place, {animate: false})); }

        zoom(by) { this._move(() => this.map.zoomTo(this.map.getZoom() + by, {animate: false})); }

        pan(x, y) { this._move(() => this.map.panBy([x, y], {animate: false})); }

        _move(how) {
            this.isMoved = true;
            how();
        }

        screen(place) { return this.map.project(place); }

        // Resolves once what is set now has been drawn; of frames that follow one another, in the same turn of the screen.
        // What is lost is drawn no more, and waited for by nobody.
        painted(isPlaying) {
            if (this.board.easel.isLost) return Promise.resolve();
            return new Promise((done) => {
                const end = () => { this.waiting.delete(end); done(); };
                this.waiting.add(end);
                this.upon(end, isPlaying);
                this.map.triggerRepaint();
            });
        }

        upon(drawn, isPlaying) { this.map.once("render", isPlaying ? drawn : () => requestAnimationFrame(drawn)); }

        setLook(look) { this.look = look; }

        // Lines and names of other levels, and of what is selected.
        async outlines(given, language) {
            const wanted = (this.wanted = {});
            const found = await Promise.all(given.map(async (one) => ({...one, data: await this.document(one.url)})));
            if (wanted !== this.wanted || !this.map) return;
            this._clear("outline");
            this.dots = found.flatMap(({data}) => kuai.dotsOf(data));
            found.forEach((one, at) => this._outline(one, at, language));
        }

        _outline({data, width, label: isNamed}, at, language) {
            const id = `outline-${at}`, {map, look} = this;
            map.addSource(id, {type: "geojson", data: isNamed ? this._named(data, language, id) : data});
            map.addLayer({id, type: "line", source: id, filter: ["==", ["get", "kind"], "line"],
                          paint: {"line-color": look.line, "line-width": width || 1.5}});
            if (kuai.dotsOf(data).length) this._places(id);
            if (!isNamed) return;
            map.addLayer({id: `${id}-names`, type: "symbol", source: id, filter: ["==", ["get", "kind"], "name"],
                          layout: {"icon-image": ["get", "image"], "icon-allow-overlap": false, "icon-padding": 1}});
        }

        // Dots, larger where one looks closer.
        _places(id) {
            const radius = ["interpolate", ["linear"], ["zoom"], 8, 2.5, 14, 6], {map, look} = this;
            map.addLayer({id: `${id}-places`, type: "circle", source: id, filter: ["==", ["get", "kind"], "place"], paint: {
                "circle-radius": radius, "circle-color": look.mark, "circle-stroke-color": look.halo, "circle-stroke-width": 1.5}});
        }

        _named(data, language, id) {
            const {map, look} = this;
            let count = 0;
            const features = data.features.map((one) => {
                if (one.properties.kind !== "name" || ++count > MOST_LABELS) return one;
                const image = `${id}-${one.properties.area}`, made = kuai.label(one.properties[`name_${language}`] || one.properties.area, look);
                if (map.hasImage(image)) map.removeImage(image);
                map.addImage(image, made.image, {pixelRatio: made.ratio});
                return {...one, properties: {...one.properties, image}};
            });
            return {...data, features};
        }

        _clear(start) {
            const {map} = this;
            for (const {id} of map.getStyle().layers.filter((one) => one.id.startsWith(start))) map.removeLayer(id);
            for (const id of Object.keys(map.getStyle().sources).filter((one) => one.startsWith(start))) map.removeSource(id);
        }

        // A line around an area: as it is, not simplified.
        async mark(name, code) {
            this.marked = {...this.marked, [name]: code};
            const data = code && (await this.document(`${this.cover.beside("area.json")}?area=${encodeURIComponent(code)}`).catch(() => null));
            if (!this.map || this.marked[name] !== code) return;
            this._clear(name);
            if (!data) return;
            this.map.addSource(name, {type: "geojson", data});
            const dashes = name === "compared" ? {"line-dasharray": [2, 1.4]} : {};
            this.map.addLayer({id: `${name}-halo`, type: "line", source: name, paint: {"line-color": this.look.halo, "line-width": 6}});
            this.map.addLayer({id: name, type: "line", source: name, paint: {"line-color": this.look.mark, "line-width": 3, ...dashes}});
        }

        remove() {
            const map = this.map;
            this.map = null;
            try { if (map) map.remove(); } catch (error) { console.warn("map:", error.message); }
        }
    }

    kuai.Globe = Globe;
})();
