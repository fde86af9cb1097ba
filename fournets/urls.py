"""Addresses of the pages, and of the machine API."""

from django.urls import include, path

from fournets.web import (
    audit,
    comparing,
    digest,
    enterprises,
    event,
    exports,
    field_forms,
    filling,
    intake,
    jobs,
    list_acts,
    looking,
    news,
    overrides,
    programs,
    review,
    task_acts,
    users,
)
from fournets.web.account import account_page, choose_post, front_page, stop_token
from fournets.web.due_month import month_page
from fournets.web.missing import missing_page
from fournets.web.people import person_page, unmask_page
from fournets.web.people_list import people_page
from fournets.web.policy import policy_page, preview_page
from fournets.web.senders import sender_page, senders_page
from fournets.web.shapes import shapes_page
from fournets.web.start import first_start
from fournets.web.system import system_page
from fournets.web.tasks import tasks_page
from fournets.web.today import today_page
from fournets.web.tour import tour_page
from fournets.web.views import coverage_page, health

urlpatterns = [
    path("openrosa/", include("fournets.interop.urls")),  # first: devices send by the hundred
    path("", front_page, name="front"),
    path("tour/", tour_page, name="tour"),
    path("today/", today_page, name="today"),
    path("news/", news.news_page, name="news"),
    path("news/digest/", digest.digest_page, name="digest"),
    path("news/digest/mail/", digest.mail_page, name="digest_mail"),
    path("news/bell/", news.bell_part, name="bell"),
    path("news/seen/", news.seen_page, name="news_seen"),
    path("coverage/", coverage_page, name="coverage"),
    path("coverage/shapes/", shapes_page, name="shapes"),
    path("coverage/missing/", missing_page, name="missing"),
    path("tasks/", tasks_page, name="tasks"),
    path("tasks/give/", task_acts.give_page, name="tasks_give"),
    path("tasks/close/", task_acts.close_page, name="tasks_close"),
    path("tasks/undo/", task_acts.undo_page, name="tasks_undo"),
    path("lists/columns/", list_acts.columns_page, name="list_columns"),
    path("lists/views/", list_acts.views_page, name="list_views"),
    path("lists/select/", list_acts.select_page, name="list_select"),
    path("health", health, name="health"),
    path("system/", system_page, name="system"),
    path("people/", people_page, name="people"),
    path("people/<str:person>/", person_page, name="person"),
    path("people/<str:person>/unmask/", unmask_page, name="unmask"),
    path("people/<str:person>/override/", overrides.ask_page, name="override_ask"),
    path("intake/", intake.intake_page, name="intake"),
    path("intake/sent/", intake.sent_part, name="intake_sent"),
    path("intake/senders/", senders_page, name="senders"),
    path("intake/senders/<str:sender>/", sender_page, name="sender"),
    path("intake/<int:number>/", intake.file_page, name="intake_file"),
    path("intake/<int:number>/columns/", intake.columns_part, name="intake_columns"),
    path("intake/look/<int:number>/", looking.looked_page, name="intake_looked"),
    path("intake/look/<int:job>/decide/", looking.decide_page, name="intake_decide"),
    path("intake/<int:number>/mend/", intake.mend_page, name="intake_mend"),
    path("intake/<int:number>/undo/", intake.undo_page, name="intake_undo"),
    path("forms/", filling.forms_page, name="forms"),
    path("forms/calendar/", month_page, name="forms_month"),
    path("forms/repeat/", filling.repeat_page, name="forms_repeat"),
    path("forms/<int:number>/deadline/", filling.deadline_page, name="form_deadline"),
    path("forms/<int:number>/deadline/<int:deadline>/drop/", filling.drop_page, name="form_deadline_drop"),
    path("forms/<int:number>/", filling.form_page, name="form"),
    path("forms/<int:number>/columns/", filling.columns_page, name="form_columns"),
    path("forms/<int:number>/compare/", comparing.compare_page, name="form_compare"),
    path("forms/<int:number>/fill/", filling.fill_page, name="form_fill"),
    path("forms/<int:number>/end/", filling.end_page, name="form_end"),
    path("forms/filled/<int:number>/", filling.filled_page, name="form_filled"),
    path("forms/filled/<int:number>/hand-out/", filling.hand_out_page, name="form_hand_out"),
    path("forms/filled/<int:number>/take/", filling.take_page, name="form_take"),
    path("field-forms/", field_forms.field_forms_page, name="field_forms"),
    path("field-forms/<int:number>/close/", field_forms.close_page, name="field_form_close"),
    path("field-forms/<int:number>/take/", field_forms.take_page, name="field_form_take"),
    path("field-forms/<int:number>/<str:kind>", field_forms.file_page, name="field_form_file"),
    path("jobs/", jobs.jobs_page, name="jobs"),
    path("jobs/<int:number>/cancel/", jobs.cancel_page, name="job_cancel"),
    path("review/", review.review_page, name="review"),
    path("review/<int:item>/decide/", review.decide_page, name="review_decide"),
    path("review/<int:item>/undo/", review.undo_page, name="review_undo"),
    path("overrides/", overrides.overrides_page, name="overrides"),
    path("overrides/<int:number>/decide/", overrides.decide_page, name="override_decide"),
    path("overrides/<int:number>/end/", overrides.end_page, name="override_end"),
    path("audit/", audit.audit_page, name="audit"),
    path("audit/verify/", audit.verify_chain, name="verify_chain"),
    path("audit/answer/", audit.answer_alarm, name="answer_alarm"),
    path("start/<str:token>", first_start, name="first_start"),
    path("users/", users.users_page, name="users"),
    path("users/new/", users.new_user, name="new_user"),
    path("users/<int:user_id>/", users.user_page, name="user"),
    path("users/<int:user_id>/post/", users.give_post, name="give_post"),
    path("users/<int:user_id>/close/", users.close_user, name="close_user"),
    path("users/<int:user_id>/open/", users.open_user, name="open_user"),
    path("users/<int:user_id>/password/", users.reset_user, name="reset_user"),
    path("users/<int:user_id>/sessions/", users.end_sessions, name="end_sessions"),
    path("users/posts/<int:number>/withdraw/", users.withdraw_post, name="withdraw_post"),
    path("users/posts/<int:number>/stand-in/", users.stand_in, name="stand_in"),
    path("enterprises/", enterprises.enterprises_page, name="enterprises"),
    path("enterprises/remind/", enterprises.remind_page, name="remind"),
    path("enterprises/reminders/<int:number>/", enterprises.unremind_page, name="unremind"),
    path("enterprises/<str:enterprise>/", enterprises.enterprise_page, name="enterprise"),
    path("enterprises/<str:enterprise>/call/", enterprises.call_page, name="enterprise_call"),
    path("policy/", policy_page, name="policy"),
    path("policy/preview/", preview_page, name="policy_preview"),
    path("programs/", programs.programs_page, name="programs"),
    path("programs/<int:number>/end/", programs.end_page, name="end_program"),
    path("exports/", exports.exports_page, name="exports"),
    path("exports/approve/", exports.approvals_page, name="export_approvals"),
    path("exports/<str:serial>/make/", exports.make_page, name="export_make"),
    path("exports/<str:serial>/decide/", exports.decide_page, name="export_decide"),
    path("event/", event.event_page, name="event"),
    path("event/ask/", event.ask_end, name="event_ask"),
    path("event/decide/", event.decide_end, name="event_decide"),
    path("account/", account_page, name="account"),
    path("account/post/", choose_post, name="choose_post"),
    path("account/tokens/<int:number>/withdraw/", stop_token, name="stop_token"),
    path("account/", include("fournets.accounts.urls")),
    path("api/", include("fournets.api.urls")),
]
handler400 = "fournets.web.errors.not_for_us"
handler404 = "fournets.web.errors.not_found"
handler500 = "fournets.web.errors.fault"
