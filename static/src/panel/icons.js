/** Icons of the panel: 24 px grid, one path of strokes each. */
export const PANEL_ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  back: "M15 5l-7 7 7 7",
  open: "M6 9l6 6 6-6",
  next: "M9 5l7 7-7 7",
  send: "M12 20V5M5.5 11.5L12 5l6.5 6.5",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.2a6.5 6.5 0 0 1 3.5 5.8",
  later: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
  copy: "M9 9h9a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-8a2 2 0 0 1-2-2v-9M16 9V5a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v9a2 2 0 0 0 2 2h2",
  done: "M5 13l4.5 4.5L19 7",
  plus: "M12 5v14M5 12h14",
  down: "M12 5v14m-6.5-6.5L12 19l6.5-6.5",
  waiting: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 8v4.5l3 1.5",
  accepted: "M5 12.5l4.5 4.5L19 7.5",
  read: "M2 12.5l4.5 4.5L16 7.5M11.5 16.5l.5.5L21.5 7.5",
  warning:
    "M12 8v5m0 3.5v.01M10.3 4.5L2.8 17.6A2 2 0 0 0 4.5 20.6h15a2 2 0 0 0 1.7-3L13.7 4.5a2 2 0 0 0-3.4 0z",
};
