// Figures that a script writes into a page of the documentation: tables between two markers.

const END = '<!-- end of figures -->';

/** The part of a page that the script `by` writes. Each function throws an Error if the page has not one pair of markers. */
export function figuresBy(by) {
  const begin = `<!-- figures: written by ${by}, do not edit -->`;
  const split = (page) => {
    const [before, rest, ...more] = page.split(begin);
    const [figures, after, ...others] = (rest ?? '').split(END);
    if (after === undefined || more.length > 0 || others.length > 0) throw new Error('the page needs one pair of markers');
    return { before, figures, after };
  };
  return {
    /** `page` with the figures between its markers replaced. */
    withFigures(page, text) {
      const { before, after } = split(page);
      return `${before}${begin}\n\n${text}\n${END}${after}`;
    },
    /** The figures that stand in `page`, as they were given to `withFigures`. */
    figuresIn: (page) => split(page).figures.replace(/^\n\n/, '').replace(/\n$/, ''),
  };
}

/** The lines of a table; numbers stand to the right, the first column to the left. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => (typeof cell === 'number' ? number(cell) : cell)).join(' | ')} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)];
}

/** A number with a comma between thousands. */
export function number(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A share with one decimal place; a dash for null. */
export function percent(share) {
  return share === null ? '–' : `${(share * 100).toFixed(1)} %`;
}
