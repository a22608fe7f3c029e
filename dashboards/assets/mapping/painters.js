// What draws the areas: MapLibre with our layer or with feature states, Plotly without WebGL, and at last a table.
(() => {
    "use strict";
    const kuai = (window.kuai_mapping = window.kuai_mapping || {});

    class Texture extends kuai.Globe {
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

    class States extends kuai.Globe {
        async areas() {
            const data = await this.cover.polygons();
            this.known = new Uint8Array(this.cover.count);
            this.map.addSource("areas", {type: "geojson", data, tolerance: 0});
            const number = ["coalesce", ["feature-state", "number"], 0];
            this.map.addLayer({id: "areas", type: "fill", source: "areas", paint: {"fill-antialias": false}});
            kuai.STATES.forEach((state, at) => this.map.addLayer({
                id: `areas-${state}`, type: "fill", source: "areas",
                paint: {"fill-antialias": false, "fill-opacity": ["case", ["==", number, kuai.FIRST_STATE + at], 1, 0]},
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
                ["match", number, ...kuai.NUMBERS.slice(1).flatMap((one) => [one, look.fills[one]]), "rgba(0,0,0,0)"]);
            kuai.STATES.forEach((state, position) => {
                const at = kuai.FIRST_STATE + position;
                if (map.hasImage(state)) map.removeImage(state);
                map.addImage(state, kuai.pattern(state, look.fills[at], look.inks[at]), {pixelRatio: 2});
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

        upon(drawn) { this.map.once("idle", drawn); }
    }

    let webgl;
    const hasWebgl = () => {
        if (webgl !== undefined) return webgl;
        const gl = document.createElement("canvas").getContext("webgl2");
        webgl = Boolean(gl);
        kuai.release(gl);
        return webgl;
    };
    const globe = ({vendor}) => kuai.engine(vendor).catch(() => null), nothing = () => null;
    kuai.painters = {
        texture: {made: Texture, isAble: () => kuai.isAble(), prepare: globe},
        "feature-state": {made: States, isAble: hasWebgl, prepare: globe},
        plotly: {made: kuai.Flat, isAble: () => true, prepare: nothing},
        table: {made: kuai.Listing, isAble: () => true, prepare: nothing},
    };
})();
