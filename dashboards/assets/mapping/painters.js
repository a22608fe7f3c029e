// What draws the areas: MapLibre with our layer, MapLibre with feature states, and what `flat.js` has without WebGL.
(() => {
    "use strict";
    const kuai = (window.kuai_mapping = window.kuai_mapping || {});
    const NUMBERS = [0, 1, 2, 3, 4, 5, 11, 12, 13, 14], STATES = ["suppressed", "missing", "late", "not_permitted"];
    const GROUNDS = {
        light: {ground: "#f5f7fa", edge: "#ffffff", mark: "#102a43", line: "#334e68", ink: "#102a43", halo: "#ffffff"},
        dark: {ground: "#0b1016", edge: "#0b1016", mark: "#ffffff", line: "#9fb3c8", ink: "#f0f4f8", halo: "#0b1016"},
    };
    const MOST_LABELS = 400, DOCUMENTS = 16, NEAR_PX = 6, MOST_TOLD = 3;

    const element = (name, attributes, ...children) => {
        const made = document.createElement(name);
        for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
        made.append(...children);
        return made;
    };
    Object.assign(kuai, {element, NUMBERS, STATES});

    const loaded = new Map();
    const script = (url) => {
        if (!loaded.has(url)) {
            loaded.set(url, new Promise((done, failed) => {
                const made = element("script", {src: url});
                made.onload = done;
                made.onerror = () => { loaded.delete(url); failed(new Error(url)); };
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
    const engine = async (edition) => {
        if (window.maplibregl) return;
        const at = `${prefix()}vendor/${edition}/`;
        document.head.append(element("link", {rel: "stylesheet", href: `${at}maplibre-gl.css`}));
        await script(`${at}maplibre-gl.js`);
    };

    // Fill and pattern by number, on a ground.
    kuai.lookOf = (colours, theme, palette) => {
        const given = colours[theme] || colours.light, ground = GROUNDS[theme] || GROUNDS.light;
        const fills = Array(16).fill(ground.ground), inks = Array(16).fill(ground.ink);
        given.classes.forEach((one, at) => { fills[at + 1] = (palette && palette[at + 1]) || one; });
        STATES.forEach((state, at) => {
            fills[11 + at] = (palette && palette[state]) || given.fills[state];
            inks[11 + at] = given.inks[state];
        });
        return {fills, inks, ...ground};
    };

    // One line of text as an image, drawn here with the fonts of this host: no glyphs are fetched.
    const label = (text, {ink, halo}) => {
        const ratio = 2, size = 12, canvas = element("canvas"), context = canvas.getContext("2d");
        const font = `600 ${size * ratio}px system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif`;
        context.font = font;
        canvas.width = Math.ceil(context.measureText(text).width) + 8 * ratio;
        canvas.height = size * ratio * 1.7;
        context.font = font;
        context.textBaseline = "middle";
        context.lineJoin = "round";
        context.lineWidth = 3 * ratio;
        context.strokeStyle = halo;
        context.strokeText(text, 4 * ratio, canvas.height / 2);
        context.fillStyle = ink;
        context.fillText(text, 4 * ratio, canvas.height / 2);
        return {image: context.getImageData(0, 0, canvas.width, canvas.height), ratio};
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
        constructor(board) { this.board = board; this.dotted = []; }

        async begin(node, {cover, look, camera, interactive}) {
            await engine(this.board.props.vendor);
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
            canvas.addEventListener("webglcontextlost", () => this.board.lost());
            this.map.on("error", ({error}) => console.warn("map:", error && error.message));
            await new Promise((done) => this.map.once("style.load", done));
            await this.areas();
            this._listen();
        }

        _listen() {
            const {map, board} = this;
            map.on("mousemove", ({lngLat}) => board.pointed(lngLat.lng, lngLat.lat));
            map.on("mouseout", () => board.pointed(null));
            map.on("click", ({lngLat}) => board.clicked(lngLat.lng, lngLat.lat));
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
        painted(isPlaying) {
            return new Promise((done) => {
                this.map.once("render", isPlaying ? done : () => requestAnimationFrame(done));
                this.map.triggerRepaint();
            });
        }

        setLook(look) { this.look = look; }

        // Lines and names of other levels, and of what is selected.
        async outlines(given, language) {
            const wanted = (this.wanted = {});
            const found = await Promise.all(given.map(async (one) => ({...one, data: await this._document(one.url)})));
            if (wanted !== this.wanted || !this.map) return;
            this._clear("outline");
            this.dotted = [];
            found.forEach((one, at) => this._outline(one, at, language));
        }

        async _document(url) {
            this.documents = this.documents || kuai.kept(DOCUMENTS, Infinity);
            return this.documents(url, () => kuai.fetched(url).then((one) => one.json()));
        }

        _outline({data, width, label: isNamed}, at, language) {
            const id = `outline-${at}`, {map, look} = this;
            map.addSource(id, {type: "geojson", data: isNamed ? this._named(data, language, id) : data});
            map.addLayer({id, type: "line", source: id, filter: ["==", ["get", "kind"], "line"],
                          paint: {"line-color": look.line, "line-width": width || 1.5}});
            if (data.features.some((one) => one.properties.kind === "place")) this._places(id);
            if (!isNamed) return;
            map.addLayer({id: `${id}-names`, type: "symbol", source: id, filter: ["==", ["get", "kind"], "name"],
                          layout: {"icon-image": ["get", "image"], "icon-allow-overlap": false, "icon-padding": 1}});
        }

        // Dots, larger where one looks closer.
        _places(id) {
            const radius = ["interpolate", ["linear"], ["zoom"], 8, 2.5, 14, 6], {map, look} = this;
            this.dotted.push(`${id}-places`);
            map.addLayer({id: `${id}-places`, type: "circle", source: id, filter: ["==", ["get", "kind"], "place"], paint: {
                "circle-radius": radius, "circle-color": look.mark, "circle-stroke-color": look.halo, "circle-stroke-width": 1.5}});
        }

        // Names of the dots at a point of the screen.
        placesAt({x, y}) {
            const layers = this.dotted;
            if (!layers.length) return [];
            const box = [[x - NEAR_PX, y - NEAR_PX], [x + NEAR_PX, y + NEAR_PX]];
            return [...new Set(this.map.queryRenderedFeatures(box, {layers}).map((one) => one.properties.name))].slice(0, MOST_TOLD);
        }

        _named(data, language, id) {
            const {map, look} = this;
            let count = 0;
            const features = data.features.map((one) => {
                if (one.properties.kind !== "name" || ++count > MOST_LABELS) return one;
                const image = `${id}-${one.properties.area}`, made = label(one.properties[`name_${language}`] || one.properties.area, look);
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
            const data = code && (await this._document(`${this.cover.beside("area.json")}?area=${encodeURIComponent(code)}`).catch(() => null));
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

    class Texture extends Globe {
        // The layer paints where nothing lies, too: one pass less over the screen.
        ground() { return []; }

        async areas() {
            this.layer = new kuai.Areas(this.cover);
            this.layer.setLook(this.look);
            this.map.addLayer(this.layer);
        }

        // Other areas on the same map.
        turn({cover, look}) {
            Object.assign(this, {cover, look});
            this.map.removeLayer(this.layer.id);
            return this.areas();
        }

        remove() {
            if (this.layer) this.layer.leave();
            super.remove();
        }

        setNumbers(numbers) { this.layer.setNumbers(numbers); }

        setLook(look) { super.setLook(look); this.layer.setLook(look); }

        point(area) { this.layer.point(area); }
    }

    class States extends Globe {
        async areas() {
            const data = await this.cover.polygons();
            this.known = new Uint8Array(this.cover.count);
            this.map.addSource("areas", {type: "geojson", data, tolerance: 0});
            const number = ["coalesce", ["feature-state", "number"], 0];
            this.map.addLayer({id: "areas", type: "fill", source: "areas", paint: {"fill-antialias": false}});
            STATES.forEach((state, at) => this.map.addLayer({
                id: `areas-${state}`, type: "fill", source: "areas",
                paint: {"fill-antialias": false, "fill-opacity": ["case", ["==", number, 11 + at], 1, 0]},
            }));
            this.map.addLayer({id: "areas-edge", type: "line", source: "areas", paint: {
                "line-width": ["case", ["boolean", ["feature-state", "pointed"], false], 3, 0.6]}});
            this.setLook(this.look);
        }

        setLook(look) {
            super.setLook(look);
            const number = ["coalesce", ["feature-state", "number"], 0], {map} = this;
            map.setPaintProperty("ground", "background-color", look.ground);
            map.setPaintProperty("areas", "fill-color",
                ["match", number, ...NUMBERS.slice(1).flatMap((one) => [one, look.fills[one]]), "rgba(0,0,0,0)"]);
            STATES.forEach((state, at) => {
                if (map.hasImage(state)) map.removeImage(state);
                map.addImage(state, pattern(state, look.fills[11 + at], look.inks[11 + at]), {pixelRatio: 2});
                map.setPaintProperty(`areas-${state}`, "fill-pattern", state);
            });
            map.setPaintProperty("areas-edge", "line-color",
                ["case", ["boolean", ["feature-state", "pointed"], false], look.mark, look.edge]);
        }

        setNumbers(numbers) {
            for (let area = 0; area < numbers.length; area++) {
                if (numbers[area] !== this.known[area]) this.map.setFeatureState({source: "areas", id: area}, {number: numbers[area]});
            }
            this.known = numbers.slice();
        }

        point(area) {
            if (this.last >= 0) this.map.setFeatureState({source: "areas", id: this.last}, {pointed: false});
            if (area >= 0) this.map.setFeatureState({source: "areas", id: area}, {pointed: true});
            this.last = area;
        }

        painted() { return new Promise((done) => { this.map.once("idle", done); this.map.triggerRepaint(); }); }
    }

    const pattern = (state, fill, ink) => {
        const side = {suppressed: 14, missing: 12, late: 10, not_permitted: 14}[state];
        const context = Object.assign(element("canvas"), {width: side, height: side}).getContext("2d");
        context.fillStyle = fill;
        context.fillRect(0, 0, side, side);
        context.strokeStyle = context.fillStyle = ink;
        context.lineWidth = 2;
        const stroke = (...points) => { context.beginPath(); context.moveTo(points[0], points[1]); context.lineTo(points[2], points[3]); context.stroke(); };
        if (state === "missing") { context.beginPath(); context.arc(side / 2, side / 2, 2.2, 0, 7); context.fill(); }
        if (state === "late") stroke(0, side / 2, side, side / 2);
        for (const shift of [-side, 0, side]) {
            if (state === "suppressed" || state === "not_permitted") stroke(shift, side, shift + side, 0);
            if (state === "not_permitted") stroke(shift, 0, shift + side, side);
        }
        return context.getImageData(0, 0, side, side);
    };

    let webgl;
    const hasWebgl = () => {
        if (webgl !== undefined) return webgl;
        const gl = document.createElement("canvas").getContext("webgl2");
        webgl = Boolean(gl);
        kuai.release(gl);
        return webgl;
    };
    const globe = ({vendor}) => engine(vendor).catch(() => null), nothing = () => null;
    kuai.painters = {
        texture: {made: Texture, isAble: () => kuai.isAble(), prepare: globe},
        "feature-state": {made: States, isAble: hasWebgl, prepare: globe},
        plotly: {made: kuai.Flat, isAble: () => true, prepare: nothing},
        table: {made: kuai.Table, isAble: () => true, prepare: nothing},
    };
})();
