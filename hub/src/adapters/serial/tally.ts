import { elapsed, hours, type Instant, minutes } from "@battant/protocol/vocabulary/units";

/** Good and bad groups of the last hour, counted by the minute: how well the line is heard. */
export type Tally = {
  add(groups: Groups, now: Instant): void;
  lastHour(now: Instant): Groups;
};

export type Groups = { readonly good: number; readonly bad: number };

type Minute = { readonly since: Instant; good: number; bad: number };

export const createTally = (): Tally => {
  /** Oldest first, at most one per minute of the hour. */
  const counted: Minute[] = [];
  const forget = (now: Instant): void => {
    while (counted.length > 0 && elapsed({ since: counted[0]!.since, now }) >= hours(1)) {
      counted.shift();
    }
  };
  return {
    add: (groups, now) => {
      forget(now);
      let minute = counted.at(-1);
      if (minute === undefined || elapsed({ since: minute.since, now }) >= minutes(1)) {
        minute = { since: now, good: 0, bad: 0 };
        counted.push(minute);
      }
      minute.good += groups.good;
      minute.bad += groups.bad;
    },
    lastHour: (now) => {
      forget(now);
      return {
        good: counted.reduce((sum, minute) => sum + minute.good, 0),
        bad: counted.reduce((sum, minute) => sum + minute.bad, 0),
      };
    },
  };
};
