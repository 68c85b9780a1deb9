// A worker's clock: browsers slow the timers of hidden pages down to one a minute, but not those of workers.
setInterval(() => postMessage("beat"), 20000);
