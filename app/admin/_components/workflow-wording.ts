import { enrollmentSteps } from "@/lib/enrollment/rules";
import { spokenStep } from "@/lib/workflows/rules";

const functions: Readonly<Record<string, string>> = {
  "begin-enrollment": "Enrollment: checks, accounts, payment page, reminders",
  "complete-enrollment": "Enrollment: teacher, first lesson",
  "welcome-family": "Enrollment: welcome emails",
  "leave-student": "Withdrawal: last charge, last day, money back",
  "pause-lessons": "Pause: begin, later charges, going on",
  "settle-subscription": "Enrollment goes on: charges",
  "tell-enrollment-change": "Leaving, pausing, going on: family and teacher told",
  "catch-up-changes": "Enrollment: last days and pauses that were missed",
  "tell-new-teacher": "Another teacher: family and both teachers told",
  "handle-stripe-event": "Stripe: books brought up to an event",
  "send-receipt": "Payment: receipt",
  "collect-invoice": "Overdue tuition: retries and pause",
  "tell-of-failed-payment": "Failed charge: family told",
  "charge-new-card": "New card: overdue bills charged",
  "resume-after-payment": "Overdue tuition paid: lessons come back",
  "align-tuition": "Paused or resumed lessons: tuition and letters",
  "give-back": "Refund",
  "tell-of-refund": "Refund: family told",
  "tell-of-substitute": "Lesson: family and substitute told",
  "offer-waitlist": "Waitlist: a freed time offered",
  "follow-offer": "Waitlist: an offer, its letter and its end",
  "tell-about-lesson": "Lesson: cancelled, moved or made up",
  "tell-series-change": "Weekly lessons: family told",
  "look-ahead": "Schedule: the nightly look ahead",
  "continue-series": "Weekly lessons: the next term",
  "propose-for-absence": "Teacher away: the family's choice",
  "tell-absence-withdrawn": "Teacher comes after all: family told",
  "tell-of-closure": "Closure: family or teacher told",
  "follow-no-show": "No-show: family told, academy told the second time",
  "offer-makeups": "Make-ups: credits that end soon",
  "apply-retention": "Privacy: what is kept no longer is removed",
};

const steps: Readonly<Record<string, string>> = {
  ...Object.fromEntries(enrollmentSteps.map((step) => [step.id, step.label])),
  "close-checkout": "Payment page closed",
  "free-the-time": "Time freed",
  "end-enrollment": "Enrollment ended",
  "tell-the-family": "Family told",
  "tell-family": "Family told",
  "tell-teacher": "Teacher told",
  refund: "Payment given back",
  lapse: "Enrollment lapsed",
  "check-lapse": "Looked whether it lapses",
  "send-receipt": "Receipt sent",
  "tell-of-substitute": "Family and substitute told",
  apply: "Books brought up",
  "find-family": "Next family of the waitlist found",
  "email-family": "Family told",
  "end-offer": "Offer ended, passed on",
  "tell-series-change": "Dates sent",
  "stop-stripe-retries": "Stripe's own retries ended",
  "find-overdue": "Overdue bills found",
  "resume-lessons": "Lessons booked again",
  "align-tuition": "Tuition at Stripe brought in line",
  "tell-academy": "Academy told",
  "give-back": "Money given back",
  "end-tuition": "Tuition ended",
  "find-series": "Looked for series to go on",
  "close-overdue": "Closed choices that were overdue",
  "find-absences": "Looked for lessons without a teacher",
  "plan-next-term": "Next term planned",
  "make-proposals": "Proposals made",
  "ask-family": "Family asked",
  "wait-for-choice": "Waited for the family's choice",
  "close-unanswered": "Looked whether anybody chose",
  "wait-for-correction": "Waited for a correction",
  "read-last-day": "Last day looked up",
  "plan-last-charge": "Last charge arranged at Stripe",
  "wait-for-last-day": "Waits for the last day",
  "end-subscription": "Subscription ended at Stripe",
  "read-days": "Days of the pause looked up",
  "wait-for-first-day": "Waits for the first day of the pause",
  "begin-pause": "Pause begun",
  "move-charges": "Later charges arranged at Stripe",
  "go-on": "Lessons go on",
  "settle-charges": "Charges brought in line at Stripe",
  "send-letters": "Letters sent",
  "find-missed": "Missed last days and pauses looked up",
  "tell-former-teacher": "Teacher until now told",
  "remove-expired": "Removed what is kept no longer",
  "wait-while-held": "Waits for the payment while the time is held",
  "wait-for-lapse": "Waits for the payment until it lapses",
  "wait-for-answer": "Waits for the family's answer",
  "read-run": "Looked what the run did",
  start: "Began",
};

/** What a workflow does, in words; `name`: as the run has kept it. */
export function functionWords(functionId: string, name: string | null = null): string {
  return name ?? functions[functionId] ?? spokenStep(functionId);
}

/** What a step does, in words. One of an undo reads `Undone: time freed`. */
export function stepWords(step: string): string {
  const id = step.replace(/^(undo|then):/, "");
  const words = steps[id] ?? spokenStep(id);
  return step.startsWith("undo:") ? `Undone: ${words.charAt(0).toLowerCase()}${words.slice(1)}` : words;
}

const subjects: Readonly<Record<string, string>> = {
  event: "An event that could not be read",
  outbox: "Events",
  retention: "What is kept",
  workflow_run: "Another run",
  academy: "The academy",
  stripe_event: "Stripe",
};

/** What a run is about, in words, where nothing says it better. */
export function subjectWords(subjectType: string): string {
  return subjects[subjectType] ?? spokenStep(subjectType);
}

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`, `3 days`: how long something took. */
export function tookWords(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}
