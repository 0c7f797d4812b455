/** No question takes longer to be answered. */
const LONGEST_ANSWER_MILLIS = 60_000;

/**
 * Whether something had happened when a question was asked: what happened later the answer cannot know. What seems to be
 * much later happened before the clock was set back.
 */
export const wasBefore = (happenedAt: number, askedAt: number): boolean =>
  happenedAt < askedAt || happenedAt > askedAt + LONGEST_ANSWER_MILLIS;
