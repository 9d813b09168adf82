// SPDX-License-Identifier: Apache-2.0
// One bar from many stages.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ProgressPlan, STAGES } from "../../web/js/ui/progress-plan.js";

test("the share rises from 0 to 1 and never falls", () => {
  const plan = new ProgressPlan({ pending: 1, now: 0 });
  let before = plan.share;
  assert.equal(before, 0);
  let now = 0;
  for (const stage of STAGES) {
    for (const done of [0, 5, 10]) {
      plan.update({ stage, done, total: 10 }, now += 1000);
      assert.ok(plan.share >= before);
      before = plan.share;
    }
  }
  assert.equal(before, 1);
});

test("what comes late from an earlier stage changes nothing", () => {
  const plan = new ProgressPlan({ pending: 0, now: 0 });
  plan.update({ stage: "embedding", done: 3, total: 10 }, 0);
  plan.update({ stage: "sending", done: 1, total: 1 }, 0);
  assert.deepEqual([plan.stage, plan.done, plan.total], ["embedding", 3, 10]);
});

test("rate and time left are told when there is something to go by", () => {
  const plan = new ProgressPlan({ pending: 0, now: 0 });
  plan.update({ stage: "embedding", done: 0, total: 100 }, 0);
  assert.equal(plan.rate(100), null);
  assert.equal(plan.secondsLeft(100), null);
  plan.update({ stage: "embedding", done: 20, total: 100 }, 2000);
  assert.equal(plan.rate(2000), 10);
  const left = plan.secondsLeft(2000);
  assert.ok(left >= 8 && left < 11, `${left}`);
  plan.update({ stage: "embedding", done: 20, total: 100, seconds_left: 4 }, 2000);
  assert.ok(plan.secondsLeft(2000) < left);
  assert.ok(plan.secondsLeft(3000) < plan.secondsLeft(2000));
});

test("nothing to do is no division by zero", () => {
  const plan = new ProgressPlan({ pending: 0, now: 0 });
  plan.update({ stage: "preparing", done: 0, total: 0 }, 0);
  assert.equal(plan.share, 0);
  assert.equal(plan.secondsLeft(0), null);
});
