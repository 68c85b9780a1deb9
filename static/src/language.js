/**
 * The language to speak: the tag's, else the page's, else the site's first.
 * @param {string[]} offered languages of the site
 * @param {...(string | null | undefined)} wished best first
 */
export function pickLanguage(offered, ...wished) {
  const short = wished.map((tag) => tag?.toLowerCase().split(/[-_]/)[0]);
  return short.find((tag) => offered.includes(tag)) || offered[0];
}
