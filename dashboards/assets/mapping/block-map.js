// BlockMap: the component that Dash knows; it holds a board.
(() => {
    "use strict";
    const kuai = (window.kuai_mapping = window.kuai_mapping || {});

    kuai.BlockMap = (props) => {
        const {createElement, useEffect, useRef} = window.React;
        const node = useRef(null), board = useRef(null);
        useEffect(() => {
            board.current = new kuai.Board(node.current, props);
            node.current.board = board.current;
            return () => board.current.remove();
        }, []);
        useEffect(() => { if (board.current.props !== props) board.current.update(props); });
        return createElement("div", {id: props.id, className: `block-map ${props.className || ""}`, style: props.style, ref: node});
    };
})();
