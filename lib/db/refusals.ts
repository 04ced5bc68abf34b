import type { ErrorCode } from "@/lib/errors";

/** What a refusal is, and what the person reads: what stands in the way, and what to do next. */
export type Refusal = readonly [code: ErrorCode, sentence: string];

type Refusals = Readonly<Record<string, Refusal>>;

const accounts: Refusals = {
  session_ended: ["session_ended", "Your session has ended. Please sign in again."],
  admin_only: ["forbidden", "Only an administrator can do this. Please ask the academy."],
  parent_only: ["forbidden", "Only a parent's account can enroll a student."],
  profile_protected: ["forbidden", "Please ask the academy to change this."],
  profiles_email: [
    "conflict",
    "There is an account with this address already. Sign in with it, or use another.",
  ],
  invitations_open: [
    "conflict",
    "This address has an invitation that waits for its answer. Withdraw it before you send another.",
  ],
  consent_withdrawn: [
    "conflict",
    "You have withdrawn this already. Agree again if you have changed your mind.",
  ],
  consent_not_withdrawable: [
    "conflict",
    "This was agreed to when you enrolled and ends with the enrollment. Photos and news can be withdrawn at any time.",
  ],
  feed_revoked: ["conflict", "This calendar address was revoked. Make a new one on your account page."],
  consents_withdrawn_later: ["invalid", "Choose a time after the one at which you agreed."],
  consent_texts_pkey: ["conflict", "This version has been published. Give the new text another version."],
};

const families: Refusals = {
  family_zone_unknown: ["invalid", "Choose a time zone from the list."],
  families_name_check: ["invalid", "Give the family a name of at most 120 letters."],
  guardians_full_name_check: ["invalid", "Give the guardian's name in at most 120 letters."],
  guardians_email_once: [
    "conflict",
    "The family has a guardian with this address already. Change that one, or use another address.",
  ],
  guardians_payer_share_bp_check: ["invalid", "Choose a share between 0 and 100 percent."],
  payer_shares_incomplete: [
    "invalid",
    "The shares of a family's payers come to 100 percent. Change the others, too.",
  ],
  students_once: [
    "conflict",
    "The family has a student of this name and birth date already. Choose that one.",
  ],
  students_first_name_check: ["invalid", "Give the first name in at most 60 letters."],
  students_last_name_check: ["invalid", "Give the last name in at most 60 letters."],
  students_birth_date_check: ["invalid", "Give the birth date with the year in four digits."],
  student_instruments_wishes_check: ["invalid", "Please keep the wishes below 1,000 characters."],
  still_needed: [
    "conflict",
    "There are enrollments that run or lessons ahead. End those first, then delete the record.",
  ],
  person_deleted: [
    "conflict",
    "This record of a family, student or teacher has been deleted. Please ask the academy to restore it first.",
  ],
  erasure_reason_missing: ["invalid", "Say who asked for the erasure and how, without naming the family."],
  erasure_too_early: [
    "conflict",
    "This family still has something running. End its enrollments, lessons and open invoices, then erase it.",
  ],
  family_erased: ["conflict", "This family has been erased already."],
  consents_given_once: ["conflict", "This was agreed to a moment ago. Reload the page to see it."],
  family_missing: ["not_found", "This family does not exist any more. Go back to the list of families."],
};

const enrollment: Refusals = {
  notice_too_short: [
    "invalid",
    "Notice is given some weeks before the last lesson. Choose a later last day, or ask the academy to make an exception.",
  ],
  draft_missing: [
    "expired",
    "This enrollment is too old to be sent. Please begin again; nothing was charged.",
  ],
  instrument_not_offered: [
    "invalid",
    "This instrument is not taught at the moment. Please choose another; nothing was charged.",
  ],
  age_out_of_range: [
    "invalid",
    "The teacher does not take students of this age on this instrument. Please choose another teacher.",
  ],
  length_not_offered: [
    "invalid",
    "This time does not have the right length for the lesson. Please choose a time again.",
  ],
  price_missing: [
    "unavailable",
    "There is no price for this lesson length at the moment. Please contact the academy.",
  ],
  one_trial_per_instrument: [
    "conflict",
    "This student already has a trial lesson for this instrument: continue with it in your family's portal.",
  ],
  enrollment_transition: [
    "conflict",
    "This enrollment has moved on in the meantime. Reload the page to see where it is.",
  ],
  one_open_checkout: [
    "conflict",
    "A payment page is open for this enrollment already. Reload the page to continue there.",
  ],
};

const holds: Refusals = {
  hold_expired: [
    "expired",
    "The time is no longer held for you. Nothing was charged, and your details are kept: please choose a time again.",
  ],
  hold_reason_missing: ["conflict", "Say why the time is kept; the audit trail shows it."],
  hold_not_waiting: [
    "conflict",
    "This enrollment does not wait for its payment any more. Reload the page to see where it is.",
  ],
  hold_missing: [
    "conflict",
    "No time was ever held for this enrollment. The family chooses one in its portal.",
  ],
  hold_not_later: ["conflict", "The time is held at least that long already. Choose a later moment."],
  hold_beyond_enrollment: [
    "conflict",
    "A time is held until its enrollment lapses at the longest. Choose an earlier moment.",
  ],
  hold_beyond_lesson: [
    "conflict",
    "A time is held until its lesson would begin at the longest. Choose an earlier moment.",
  ],
};

const calendar: Refusals = {
  terms_do_not_overlap: [
    "conflict",
    "Another term lies in these days. Change its dates first, or choose others.",
  ],
  terms_name_key: ["conflict", "There is a term of this name already. Choose another name."],
  terms_check: ["invalid", "Choose a last day that is not before the first one."],
  closures_check: ["invalid", "Choose a last day that is not before the first one."],
  makeup_days_do_not_overlap: ["conflict", "Some of these days are make-up days already. Choose others."],
  makeup_days_in_order: ["invalid", "Choose a last day that is not before the first one."],
  makeup_days_name: ["invalid", "Give the make-up days a name of at most 80 letters."],
  availability_does_not_overlap: [
    "conflict",
    "The teacher has hours at this time of the week already. Change those, or choose others.",
  ],
  teacher_availability_check: ["invalid", "Choose an end that is later than the start."],
  teacher_exceptions_during_check: ["invalid", "Choose an end that is later than the start."],
  plans_valid_once: [
    "conflict",
    "There is a plan of this kind for these days. End it first, or choose later days.",
  ],
  plans_months_of_cadence: [
    "invalid",
    "A payment by the month covers 1 month, one by the year 12. Change the months.",
  ],
  prices_valid_once: [
    "conflict",
    "There is a price for this in these days. End it first, or choose later days.",
  ],
  prices_amount_cents_check: ["invalid", "Give a price that is not below zero."],
  instruments_slug_key: ["conflict", "There is an instrument with this address already. Choose another."],
  rooms_name_key: ["conflict", "There is a room of this name already. Choose another name."],
  teachers_slug_key: ["conflict", "There is a teacher with this address already. Choose another."],
};

const teacherTime: Refusals = {
  teacher_time_forbidden: [
    "forbidden",
    "You can change only your own hours and time off. Please ask the academy.",
  ],
  availability_days_in_order: [
    "invalid",
    "Choose the day from which the hours hold, and a last day that is not before it.",
  ],
  availability_in_past: ["invalid", "Hours that were cannot change. Choose today or a later day."],
  availability_hours_in_order: ["invalid", "Choose an end that is later than the start."],
  availability_off_grid: ["invalid", "Choose times on the academy's grid, such as 3:00 or 3:15."],
  time_off_in_order: ["invalid", "Choose an end that is later than the start."],
  time_off_in_past: ["invalid", "This is over already. Choose today or a later day."],
  time_off_too_long: ["invalid", "Time off is 400 days at most. Choose an earlier last day."],
  time_off_does_not_overlap: [
    "conflict",
    "There is time off in these days already. Withdraw that, or choose other days.",
  ],
  teacher_exceptions_reason: ["invalid", "Give the reason in 3 to 300 characters."],
  time_off_over: ["conflict", "This time off is over and stays on record."],
  proposal_missing: ["not_found", "There is no such proposal for a lesson of your family."],
  proposal_answered: [
    "conflict",
    "This has been settled, or the lesson takes place as planned. The page shows how it stands.",
  ],
  proposal_expired: ["expired", "The time to choose is over. The page shows how the lesson stands."],
  closure_kind: ["invalid", "Choose whether the academy closes by itself or for the weather."],
  closure_days_in_order: ["invalid", "The last day is not before the first, and at most 60 days after it."],
  closure_in_past: ["invalid", "A closure begins today or later."],
  closure_there_already: [
    "conflict",
    "The academy is closed on some of these days already. See the list below.",
  ],
  closures_name: ["invalid", "Give the closure a name of 3 to 80 letters."],
  substitute_too_late: [
    "conflict",
    "This lesson has begun, was moved or was cancelled. Reload the page to see how it stands.",
  ],
  substitute_unfit: [
    "invalid",
    "This teacher does not teach the instrument at this age and level. Please choose another.",
  ],
  substitute_away: ["conflict", "This teacher is away then, too. Please choose another."],
  substitute_busy: ["slot_taken", "This teacher is busy at this time by now. Please choose another."],
  substitute_without_room: [
    "conflict",
    "The room is closed and no other fitting one is free. Open one, or cancel the lesson.",
  ],
};

const lessons: Refusals = {
  teacher_double_booked: ["slot_taken", "This time has just been taken. Please choose another."],
  room_double_booked: [
    "slot_taken",
    "The last free room at this time has just been taken. Please choose another time.",
  ],
  student_double_booked: [
    "conflict",
    "The student already has a lesson at this time. Please choose another.",
  ],
  lesson_outside_term: [
    "invalid",
    "This day lies in no term. Choose a day within one, or give the reason for the exception.",
  ],
  lesson_in_closure: [
    "invalid",
    "The academy is closed on this day. Choose another, or give the reason for the exception.",
  ],
  lesson_over_midnight: ["invalid", "A lesson begins and ends on one day. Choose an earlier time."],
  lessons_off_calendar_reason: ["invalid", "Give the reason for the exception in 3 to 300 characters."],
  first_lesson_missing: ["conflict", "Book the first lesson before the weekly ones."],
  lesson_transition: [
    "conflict",
    "This lesson has changed in the meantime. Reload the page to see how it stands.",
  ],
  lesson_paid: [
    "conflict",
    "The teacher's pay has this lesson. Take its line out of the open period, or adjust it, then change the lesson.",
  ],
  attendance_of_another: ["invalid", "This student is not in the lesson. Reload the page to see who is."],
  attendance_too_early: ["conflict", "Attendance is taken once the lesson has begun. Please come back then."],
  attendance_pkey: ["conflict", "Attendance has been taken already. Reload the page to change it."],
  attendance_late: ["invalid", "Give minutes only for a student who came late."],
  attendance_minutes_late: ["invalid", "Give between 1 and 120 minutes."],
  student_not_in_lesson: ["invalid", "This student is not in the lesson. Choose a lesson of theirs."],
  lesson_notes_body: ["invalid", "Write a note of at most 10,000 characters."],
  assignments_title: ["invalid", "Give the assignment a title of at most 200 characters."],
  assignments_body: ["invalid", "Please keep the assignment below 10,000 characters."],
  assignment_protected: ["forbidden", "Only the teacher changes an assignment. You can mark it as done."],
  practice_minutes: ["invalid", "Give between 1 and 600 minutes of practice."],
  practice_note: ["invalid", "Please keep the note below 1,000 characters."],
  practice_in_future: ["invalid", "Practice is noted once it is done. Choose today or an earlier day."],
};

const lessonChanges: Refusals = {
  lesson_missing: ["not_found", "This lesson is not there, or it is somebody else's."],
  cancel_kind_of_another: ["forbidden", "This is not yours to decide. Please ask the academy."],
  cancel_reason_missing: ["invalid", "Say why, in 3 to 300 characters; the family reads it."],
  lessons_cancel_reason: ["invalid", "Say why, in 3 to 300 characters; the family reads it."],
  money_not_offered: ["invalid", "There is no money for this cancellation. Choose the make-up credit."],
  lesson_begun: ["conflict", "This lesson has begun. Please call the academy."],
  seat_student_missing: ["invalid", "Choose the child who does not come to this class."],
  move_too_late: [
    "conflict",
    "It is too late to move this lesson: that takes the same notice as cancelling. Cancel it, or call the academy.",
  ],
  makeup_final: ["conflict", "A booked make-up is final and stays where it is. Please call the academy."],
  lesson_moved_by_academy: ["forbidden", "Please ask the academy to move this lesson."],
  lesson_there_already: ["invalid", "The lesson is at this time already. Choose another."],
  lesson_time_over: ["invalid", "Choose a time that lies ahead."],
  lesson_time_taken: ["slot_taken", "This time has just been taken. Please choose another."],
  lesson_time_not_possible: ["conflict", "The lesson cannot be at this time. Please choose another."],
  exception_reason_missing: [
    "invalid",
    "Say why an exception is made, in 3 to 300 characters; the audit trail shows it.",
  ],
  credit_missing: ["not_found", "This credit is not there, or it is another family's."],
  makeup_without_enrollment: [
    "conflict",
    "The student is not enrolled at the moment. Enroll first, then use the credit.",
  ],
};

const series: Refusals = {
  series_one_at_a_time: [
    "conflict",
    "This enrollment has weekly lessons in these days already. End those first, or begin later.",
  ],
  series_minutes: ["invalid", "A lesson has 30, 45 or 60 minutes. Choose one of these."],
  series_weekday: ["invalid", "Choose a day of the week."],
  series_every_weeks: ["invalid", "Lessons are every week or every two weeks. Choose one of these."],
  series_days_in_order: [
    "invalid",
    "Choose a last day that is not before the first one, within these lessons.",
  ],
  series_too_long: [
    "invalid",
    "A series has at most 400 days. Choose an earlier last day, and plan the next one later.",
  ],
  series_off_grid: ["invalid", "Lessons begin at a quarter of an hour. Choose such a time."],
  series_change_note: ["invalid", "Give the reason in 3 to 500 characters."],
  series_enrollment_inactive: [
    "conflict",
    "Weekly lessons belong to a running plan. Activate the enrollment first, or choose another.",
  ],
  weekly_time_taken: [
    "slot_taken",
    "This time is free for this week only: in other weeks it belongs to the lessons of others. Please choose another time for weekly lessons.",
  ],
  series_mostly_blocked: [
    "conflict",
    "Most weeks of the next term are not free at the weekly time. Plan the lessons on the enrollment's page, at another time.",
  ],
  series_blocked: [
    "slot_taken",
    "Some weeks are not free at this time. Choose another time for each of them, or for all lessons.",
  ],
  series_without_lessons: [
    "conflict",
    "There is no lesson left that this would be about. Choose other days, or reload the page.",
  ],
  series_replacement_taken: [
    "slot_taken",
    "A time that was chosen instead has just been taken. Look at the weeks again and choose another.",
  ],
  series_replacement_unknown: [
    "conflict",
    "The weeks have changed in the meantime. Look at them again and choose anew.",
  ],
  series_missing: ["not_found", "These weekly lessons do not exist. Go back to the list of lessons."],
  series_scope: ["invalid", "Choose whether all coming lessons are meant, or this one and the following."],
  series_reason_missing: ["invalid", "Say why, in at least 3 letters; the audit trail shows it."],
  series_for_staff: [
    "forbidden",
    "Only the academy can change the teacher or the room, or leave a lesson out. Please ask us.",
  ],
  series_unchanged: ["conflict", "The lessons are at this time already. Choose another day or time."],
  series_notice_too_short: [
    "invalid",
    "One of these lessons is too soon to be moved. Begin with a later lesson, or ask the academy.",
  ],
};

const enrollmentChanges: Refusals = {
  enrollment_missing: ["not_found", "This enrollment does not exist. Go back to your family's page."],
  enrollment_not_a_plan: ["invalid", "A trial lesson ends by itself. Cancel or move the lesson instead."],
  enrollment_not_running: [
    "conflict",
    "This enrollment does not run at the moment. Reload the page to see where it is.",
  ],
  enrollment_reason_missing: ["invalid", "Say why, in 3 to 500 letters; the audit trail shows it."],
  notice_given_already: [
    "conflict",
    "Notice has been given for this enrollment. Take it back first if you have changed your mind.",
  ],
  notice_days_in_order: ["invalid", "Choose a last day between today and a year from now."],
  notice_only_shortened: [
    "invalid",
    "Choose a day before the last day that was agreed. To stay longer, take the notice back first.",
  ],
  pause_before_notice: [
    "conflict",
    "A pause begins before that day. Call the pause off first, or choose an earlier last day.",
  ],
  notice_missing: ["conflict", "No notice stands for this enrollment. Reload the page to see where it is."],
  notice_over: ["conflict", "The last day is over. You are welcome to enroll again at any time."],
  freed_time_taken: [
    "slot_taken",
    "A time has been given to somebody else. Choose another for it below, or leave it out.",
  ],
  freed_answer_unknown: [
    "conflict",
    "The lessons have changed in the meantime. Look at the page again and choose anew.",
  ],
  pause_already: ["conflict", "A pause is planned or on already. Go on first if you want another one."],
  pause_days_in_order: ["invalid", "Choose a last day of the pause that comes after its first day."],
  pause_length: [
    "invalid",
    "A pause is neither shorter nor longer than the academy allows. Choose other days.",
  ],
  pause_notice_too_short: [
    "invalid",
    "This is too soon for a pause. Choose a later first day, or call the academy.",
  ],
  pause_missing: ["conflict", "No pause is planned. Reload the page to see where the enrollment is."],
  pause_over: ["conflict", "This is the last day of the pause; the lessons go on tomorrow by themselves."],
  pause_not_wished: [
    "conflict",
    "The lessons are paused until the account is settled. Pay what is open on the billing page.",
  ],
  transfer_teacher: ["invalid", "This teacher does not teach the instrument. Choose another one."],
  transfer_same_teacher: ["conflict", "The student has this teacher already. Choose another one."],
  transfer_day: ["invalid", "Choose a later day for the change; the academy can do it sooner."],
  transfer_time_taken: [
    "slot_taken",
    "The teacher is not free every week. Choose another time for those weeks below, or leave them out.",
  ],
  transfer_without_lessons: [
    "conflict",
    "No lesson is planned from that day on. Choose an earlier day, or ask the academy.",
  ],
  enrollments_pause_reason: ["invalid", "A pause is wished, or because payment is overdue."],
  enrollments_pause_days: ["invalid", "A pause ends on or after its first day."],
  enrollments_give_back: ["invalid", "What is given back cannot be less than nothing."],
  enrollments_change_note: ["invalid", "Give the reason in 3 to 500 characters."],
  lessons_freed_for: ["invalid", "A lesson is freed for a withdrawal or a pause."],
  academy_settings_pause_min: ["invalid", "Let the shortest pause be between 1 and 52 weeks."],
  academy_settings_pause_max: [
    "invalid",
    "Let the longest pause be at least as long as the shortest, and at most 52 weeks.",
  ],
  academy_settings_pause_notice: ["invalid", "Let pauses be asked for 0 to 90 days ahead."],
};

const classes: Refusals = {
  class_missing: ["not_found", "This class does not exist any more. Please go back to the list of classes."],
  class_choice_missing: [
    "invalid",
    "The teacher, the room, the term or the instrument cannot be chosen any more. Please choose again.",
  ],
  class_day_missing: ["invalid", "Give the day and the time at which the class begins."],
  class_off_grid: ["invalid", "Begin on a quarter hour, and give a length of whole quarter hours."],
  class_without_weeks: [
    "invalid",
    "There is no such day left in this term. Choose another day or another term.",
  ],
  class_over: ["conflict", "This class has no lesson ahead. Please choose another class."],
  class_has_seats: ["conflict", "There is a free seat in this class. Sign up for it instead of waiting."],
  student_missing: ["not_found", "This child is not in your family. Reload the page and choose again."],
  seat_missing: [
    "not_found",
    "The student has no seat in this class any more. Reload the page to see how it stands.",
  ],
  seat_not_free: [
    "conflict",
    "No seat of this class is free to be offered. Wait until one is given back, or add one.",
  ],
  classes_name: ["invalid", "Give the class a name of at most 80 letters."],
  classes_minutes: ["invalid", "Give a length between 15 minutes and 8 hours."],
  classes_price: ["invalid", "Give a price that is not below zero."],
  class_full: ["conflict", "The last seat has just been taken. Join the waitlist to hear of the next one."],
  class_not_open: ["conflict", "This class takes no students at the moment. Please choose another."],
  class_age_out_of_range: [
    "invalid",
    "This class is for students of another age. Please choose another class.",
  ],
  class_transition: ["conflict", "This class has ended. Open a new one in its place."],
  class_seat_once: ["conflict", "The student has a seat in this class already. There is nothing more to do."],
  classes_ages: ["invalid", "Choose a highest age that is not below the lowest one."],
  classes_two_share: [
    "invalid",
    "A shared lesson has two seats. Change the seats, or make it a group class.",
  ],
  classes_seats: ["invalid", "Give between 1 and 200 seats."],
  classes_weekly_time: ["invalid", "Give both the day of the week and the time, or neither."],
  seat_transition: ["conflict", "This seat has been given up. Take a new one if there is one left."],
  lesson_full: [
    "conflict",
    "The last seat of this lesson has just been taken. Please choose another lesson.",
  ],
  lesson_without_seats: ["conflict", "This lesson takes no more students. Please choose another."],
  lesson_seats_pkey: [
    "conflict",
    "The student has had a seat in this lesson already. Please choose another lesson.",
  ],
};

const makeups: Refusals = {
  makeups_per_term: [
    "conflict",
    "This term's make-up credits are used up. The lesson can be cancelled without one; the academy may make an exception.",
  ],
  illness_exceptions_per_year: [
    "conflict",
    "This year's exceptions for illness are used up. Please contact the academy.",
  ],
  makeup_without_credit: ["invalid", "A make-up takes a credit. Choose the one to use."],
  makeup_credit_once_a_lesson: [
    "conflict",
    "There is a credit for this lesson already. Look for it among the credits.",
  ],
  makeup_credit_used_once: ["conflict", "This credit has just been used. Choose another one."],
  makeup_credit_of_another: [
    "invalid",
    "This credit belongs to another student. Choose one of the student's own.",
  ],
  makeup_credit_expired: [
    "expired",
    "This credit is not valid at that time. Choose an earlier time or another credit.",
  ],
  makeup_credit_too_short: ["invalid", "This credit is for a shorter make-up. Choose a time of its length."],
  makeup_credits_goodwill_explained: ["invalid", "Say why the credit is given; the audit trail shows it."],
  makeup_credits_valid: ["invalid", "Choose a last day that is after today."],
  waitlist_once_for_lessons: [
    "conflict",
    "The student waits for this instrument already. You can change that entry.",
  ],
  waitlist_once_for_class: [
    "conflict",
    "The student waits for this class already. There is nothing more to do.",
  ],
  waitlist_times_too_short: ["invalid", "Choose times that are at least as long as the lesson."],
  entry_missing: ["not_found", "This place on the waitlist does not exist any more. Reload the page."],
  entry_not_waiting: [
    "conflict",
    "This family has an offer already, or waits no longer. Reload the page to see how it stands.",
  ],
  entry_not_eligible: [
    "conflict",
    "The student’s age, another lesson of theirs or the class itself stands in the way. Choose another entry.",
  ],
  offer_missing: ["not_found", "This offer is not there any more. Reload the page to see what is open."],
  offer_reason_missing: ["invalid", "Say why this family comes first; it is kept with the offer."],
  time_not_open: ["slot_taken", "This time is not open any more. Please choose another."],
  waitlist_times: ["invalid", "Choose at least one time of the week."],
  waitlist_transition: ["conflict", "This place on the waitlist has ended. Join the waitlist anew."],
  offer_expired: [
    "expired",
    "This offer has run out. You keep your place on the waitlist and hear of the next one.",
  ],
  offer_transition: [
    "conflict",
    "This offer has been answered already. Reload the page to see how it stands.",
  ],
  offer_open_once: ["conflict", "This family has an open offer. Wait for its answer, or let it run out."],
  offer_time_once: ["slot_taken", "This time has been offered to another family. Choose another."],
};

const billing: Refusals = {
  invoice_transition: [
    "conflict",
    "This invoice has moved on in the meantime. Reload the page to see how it stands.",
  ],
  invoice_issued: [
    "conflict",
    "This invoice has been issued and stays as it is. Void it and issue another, or give a credit.",
  ],
  invoice_line_of_another: [
    "invalid",
    "This enrollment is another family's. Choose one of the family that pays.",
  ],
  invoice_lines_in_order: [
    "conflict",
    "The lines have changed in the meantime. Reload the page and add yours again.",
  ],
  invoice_not_open: [
    "conflict",
    "This invoice is not open for payment. Reload the page to see how it stands.",
  ],
  invoice_overpaid: ["conflict", "This is more than is left of the invoice. Pay what is left of it."],
  invoices_due_after_issue: ["invalid", "Choose a due day that is not before the day of issue."],
  invoices_issued: ["invalid", "Give the day of issue and the due day, then issue the invoice."],
  invoices_note: ["invalid", "Please keep the note below 500 characters."],
  account_credit_expired: ["expired", "This credit has expired. Choose another one."],
  account_credit_used_up: ["conflict", "Less than this is left of the credit. Use what is left of it."],
  account_credits_amount: ["invalid", "Give an amount above zero."],
  account_credits_reason: ["invalid", "Give the reason for the credit in 3 to 500 characters."],
  account_credits_valid: ["invalid", "Choose a last day that is after today."],
  refund_within_payment: [
    "conflict",
    "A refund cannot be larger than what is left of the payment. Choose a smaller amount.",
  ],
  refund_transition: [
    "conflict",
    "This refund has ended. Reload the page to see how; a failed one can be made anew.",
  ],
  refunds_amount: ["invalid", "Give an amount above zero."],
  refunds_reason: ["invalid", "Give the reason for the refund in 3 to 500 characters."],
  payment_missing: ["not_found", "There is no such payment. Reload the list of payments."],
  refund_disputed: [
    "conflict",
    "The bank holds this payment while it is disputed. Answer the dispute first; what it gives back is not given twice.",
  ],
  refund_without_card: ["invalid", "This payment was not made by card. Give the amount back as credit."],
  refunds_target: ["invalid", "Choose whether the money goes to the card or becomes credit."],
  refunds_failure_reason: ["invalid", "Please keep the bank's reason below 100 characters."],
  invoice_missing: ["not_found", "There is no such invoice. Reload the page."],
  pause_too_early: [
    "conflict",
    "This invoice is not overdue for long enough. Lessons pause by themselves on their day.",
  ],
  enrollment_unpaid: [
    "conflict",
    "These lessons pause because their tuition is overdue. They come back by themselves as soon as it is paid.",
  ],
  dispute_transition: ["conflict", "The bank has decided this dispute. Reload the page to see how."],
};

const pay: Refusals = {
  payroll_period_closed: ["conflict", "This period is closed. Put an adjustment into the open one."],
  payroll_periods_do_not_overlap: [
    "conflict",
    "Another period has some of these days. Choose days that follow it.",
  ],
  payroll_periods_in_order: ["invalid", "Choose a last day that is not before the first one."],
  pay_for_another: ["invalid", "A teacher is paid for what they taught themselves. Choose that teacher."],
  pay_in_another_period: ["invalid", "A lesson is paid in the period of its day. Choose that period."],
  pay_rates_valid_once: ["conflict", "There is a rate for these days. End it first, or choose later days."],
  lesson_paid_once: ["conflict", "This lesson is paid already. Adjust that line."],
  teacher_slot_paid_once: ["conflict", "The teacher is paid for this time already. Adjust that line."],
  payroll_lines_explained: ["invalid", "Explain the line in 3 to 500 characters; the teacher reads it."],
  payroll_lines_amount: [
    "invalid",
    "Only an adjustment takes something away. Make it one, or give an amount above zero.",
  ],
};

const messages: Refusals = {
  thread_closed: ["conflict", "This conversation is closed. Please begin a new one."],
  message_threads_subject: ["invalid", "Give a subject of at most 200 characters."],
  messages_body: ["invalid", "Write a message of at most 5,000 characters."],
  files_name: ["invalid", "Give the file a name without slashes, of at most 200 characters."],
  files_size: ["too_large", "A file has at most 50 MB. Please choose a smaller one."],
  files_media_type: ["invalid", "We cannot tell what kind of file this is. Please choose another one."],
};

const workflows: Refusals = {
  run_missing: ["not_found", "There is no such run; it may be kept no longer. Go back to the list."],
  run_not_failed: ["conflict", "Only a run that failed or was cancelled is tried again. Reload the page."],
  run_without_event: ["conflict", "Nightly work is not tried again by hand. It runs again next night."],
  run_retried: ["conflict", "This run is tried again already. Reload the page to see by which one."],
  outbox_retried_once: ["conflict", "This run is tried again already. Reload the page to see by which one."],
  run_ended: ["conflict", "This run has ended in the meantime. Reload the page to see how."],
  run_goes_on: ["conflict", "This run goes on. Cancel it first, then undo what it did."],
  nothing_to_undo: ["conflict", "There is nothing (left) to undo. Reload the page to see what was undone."],
  undo_requested: ["conflict", "It is being undone already. Reload the page to see how far it is."],
};

const history: Refusals = {
  immutable_column: ["conflict", "This stays as it was written. Make a new entry in its place."],
  soft_delete_only: [
    "conflict",
    "This is part of the academy's records and stays. End or cancel it instead.",
  ],
};

/** What PostgreSQL refuses by name, by the name of the constraint or of the rule in a function. */
export const refusals: Refusals = {
  ...accounts,
  ...families,
  ...enrollment,
  ...holds,
  ...calendar,
  ...teacherTime,
  ...lessons,
  ...lessonChanges,
  ...series,
  ...enrollmentChanges,
  ...classes,
  ...makeups,
  ...billing,
  ...pay,
  ...messages,
  ...workflows,
  ...history,
};
