// When the session has ended, the page is opened anew, which leads to the sign-in and back.
"use strict";

(() => {
    const ask = window.fetch;
    window.fetch = async (...asked) => {
        const answer = await ask.apply(window, asked);
        if (answer.status === 401) window.location.reload();
        return answer;
    };
})();
