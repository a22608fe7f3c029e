// What lies above the areas: lines and dots of documents, and which dots are where.
(() => {
    "use strict";
    const kuai = (window.kuai_mapping = window.kuai_mapping || {});
    const DOCUMENTS = 16, NEAR_PX = 9, MOST_TOLD = 3;

    // What brings documents; those asked for last are kept.
    kuai.bringer = () => {
        const kept = kuai.kept(DOCUMENTS, Infinity);
        return (url) => kept(url, kuai.read);
    };

    kuai.featuresOf = (data, kind) => data.features.filter(({properties}) => properties.kind === kind);

    kuai.dotsOf = (data) =>
        kuai.featuresOf(data, "place").map(({properties, geometry}) => ({name: properties.name, place: geometry.coordinates}));

    // Dots so near to a point of the screen that they are meant.
    kuai.dotsAt = (dots, {x, y}, screen) => dots.filter(({place}) => {
        const at = screen(place);
        return Math.hypot(at.x - x, at.y - y) <= NEAR_PX;
    });

    // Dots that lie in an area.
    kuai.dotsIn = async (dots, area, cover) => {
        const near = dots.filter(({place}) => cover.isAround(area, ...place));
        const found = await Promise.all(near.map(({place}) => cover.settle(...place, (one) => one === area).catch(() => -1)));
        return near.filter((_, at) => found[at] === area);
    };

    // Their names as lines, and how many more there are than are read at a glance.
    kuai.linesOf = (dots) => {
        const names = [...new Set(dots.map(({name}) => name))], more = names.length - MOST_TOLD;
        return [...names.slice(0, MOST_TOLD).map((one) => `● ${one}`), ...(more > 0 ? [`+ ${more}`] : [])];
    };
})();
