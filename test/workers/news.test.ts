import { describe, expect, it } from 'vitest';
import { News } from '../../src/workers/news.js';

/** Which of these descriptions are followed by a question, each of which is answered. */
function asked(isOwn: boolean, descriptions: readonly (readonly [historyLength: number, drainIsKnown: boolean])[]) {
  const news = new News(isOwn);
  return descriptions.map(([historyLength, drainIsKnown]) => {
    const ask = news.isThere(historyLength, drainIsKnown);
    if (ask) news.heard(historyLength);
    return ask;
  });
}

describe('a shutdown that is followed', () => {
  it('is asked once where its drain is known, and again when something happened', () => {
    expect(
      asked(
        true,
        [20, 20, 20, 24, 24].map((length) => [length, true]),
      ),
    ).toEqual([true, false, false, true, false]);
  });

  it('and was begun here is not asked while it goes on from step to step', () => {
    expect(
      asked(true, [
        [12, false],
        [18, false],
        [20, false],
        [20, false],
        [20, false],
      ]),
    ).toEqual([false, false, false, true, false]);
  });

  it('and was begun by somebody else is asked at once', () => {
    expect(
      asked(false, [
        [12, false],
        [12, false],
        [20, false],
      ]),
    ).toEqual([true, false, true]);
  });

  it('and did not answer is asked again', () => {
    const news = new News(false);
    expect(news.isThere(12, false)).toBe(true);
    expect(news.isThere(12, false)).toBe(true);
  });
});
