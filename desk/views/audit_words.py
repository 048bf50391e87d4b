"""The trail's actions in words. The trail itself keeps the codes; one that is not named here is shown as it is."""

from django.utils.translation import gettext as _


def words():
    return {
        # the trail itself
        "refuse": _("越权被拒"), "verify_trail": _("核对记录链"),
        # accounts and register
        "sign_in": _("登录"), "sign_out": _("退出"), "prove": _("再次确认本人"),
        "create_account": _("建立账号"), "change_account": _("修改账号"), "grant_roles": _("授权"), "enable_account": _("启用账号"), "disable_account": _("停用账号"), "suspend_account": _("暂停很久未用的账号"),
        "ask_roles": _("提出更改管理员身份"), "ask_password": _("提出重设管理员密码"),
        "enter_code": _("输入动态验证码"), "enrol_factor": _("设置动态验证码"), "change_factor": _("更换动态验证码的手机"),
        "use_recovery_code": _("用恢复码"), "renew_recovery_codes": _("重新生成恢复码"), "remove_factor": _("解除动态验证码"),
        "ask_factor": _("提出解除管理员的动态验证码"),
        "ask_disable": _("提出停用管理员账号"), "ask_enable": _("提出启用管理员账号"), "withdraw_account_step": _("撤回提出"), "reject_account_step": _("不同意管理员账号的一步"),
        "issue_password": _("发放初始密码"), "unlock_account": _("解锁账号"), "change_password": _("更换密码"), "upload_register": _("上传登记表"),
        "load_register": _("导入登记表"), "drop_register_uploads": _("清除没有确认的登记表"), "read_official": _("查阅干部页面"), "set_term": _("录入届期"),
        "adopt_rule_set": _("录入会议规则"), "adopt_outline": _("录入报告提纲"),
        # the session
        "create": _("拟定会议"), "change": _("修改会议"), "add_subjects": _("列入对象"), "remove_subject": _("移出对象"),
        "reorder": _("调整顺序"), "repeat_reason": _("写明再次列入的理由"), "audience": _("列明参会人员"), "submit": _("提交审批"),
        "approve": _("批准会议"), "return": _("退回会议"), "postponed": _("会议延期"), "cancelled": _("取消会议"), "redraft": _("重新拟定"),
        "canvass": _("转入访廉"), "reports_due": _("转入述廉"), "ready": _("确认就绪"), "start": _("宣布开会"), "rectify": _("转入整改"),
        "close_session": _("会议办结"), "archive_session": _("会议归档"),
        "prepared": _("登记筹备事项办结"), "unprepared": _("撤回筹备事项登记"),
        # opinions
        "open_form": _("发出征求意见表"), "change_form": _("改征求意见时间"), "count_paper_forms": _("登记纸质表份数"),
        "add_opinion": _("录入意见"), "classify_opinion": _("意见归类"), "merge_opinion": _("意见归并"), "unmerge_opinion": _("撤销归并"),
        "divert_opinion": _("转送信访室"), "register_tip_off": _("转送件登记"), "read_tip_off": _("查阅转送件"), "read_opinions": _("查阅意见原文"), "compile_digest": _("汇总意见"),
        "rewrite_digest_entry": _("改写汇总条目"), "drop_digest_entry": _("剔除汇总条目"), "take_up_opinion": _("重新列入汇总"), "clear_tip_off_hint": _("注明已看，不是举报"), "submit_digest": _("提交意见汇总"),
        "return_digest": _("退回意见汇总"), "approve_digest": _("批准意见汇总"),
        # reports and questions
        "submit_report": _("提交报告"), "return_report": _("退回报告"), "pass_report": _("通过报告"), "lock_report": _("报告定稿"),
        "present_report": _("登记已述"), "propose_question": _("提出问题"), "shortlist_question": _("列为备选"),
        "select_question": _("选定问题"), "deselect_question": _("撤下问题"), "withdraw_question": _("撤回问题"),
        "mark_question": _("推荐问题"), "unmark_question": _("取消推荐问题"),
        "seal_questions": _("封存问题"), "unseal_questions": _("启封问题"), "ask_question": _("开启问题"),
        "floor_question": _("记录现场提问"), "withdraw_floor_question": _("撤回现场提问"), "note_answer": _("记录答复"), "change_answer": _("改记答复"), "note_commitment": _("记录承诺"),
        # the hall
        "advance_hall": _("进入下一项"), "step_back_hall": _("退回上一项"), "pass_over": _("记缺席"), "note_hands": _("记举手结果"), "plan_minutes": _("安排分钟"), "arrange_agenda": _("编排议程"), "draft_comment": _("准备点评"), "note_comment": _("记录点评"), "change_comment": _("改记点评"),
        "check_in": _("签到"), "count_heads": _("清点到会人数"),
        "open_follow_page": _("启用自动跟随"), "write_minutes": _("改写会议记录"), "take_up_minutes": _("会议记录补入新记录"), "submit_minutes": _("提交会议记录"), "return_minutes": _("退回会议记录"),
        "confirm_minutes": _("确认会议记录"),
        # the ballot
        "install_scheme": _("装入计分方案"), "draft_scheme": _("新拟计分方案"), "change_scheme": _("修改计分方案"),
        "submit_scheme": _("提交计分方案"), "return_scheme": _("退回计分方案"), "lock_scheme": _("锁定计分方案"), "prepare_round": _("设定票卡数"), "ask_setup": _("提出建立票箱"),
        "setup": _("建立票箱"), "save_keys": _("制作钥匙"), "save_cards": _("制作票卡"), "ask_open": _("提出开始投票"), "open": _("开始投票"),
        "ask_close": _("提出截止投票"), "close": _("截止投票"), "withdraw_step": _("撤回提出"), "close_box": _("关闭票箱"), "ask_void": _("提出作废本轮"), "void": _("作废本轮"),
        "settle_small_groups": _("定人数不足的票种怎样计"), "note_table": _("登记丢失票卡和纸票数"), "note_ending": _("登记终局"),
        "note_cards": _("登记票卡数"), "enter_named": _("录入实名评分"), "remove_named": _("删除实名评分"), "fetch_urn": _("取出密封票，准备开箱"), "count": _("计票"), "recount": _("复算"), "print_exact": _("打印计分过程记录"),
        "enter_occasion": _("登记会外事项"), "confirm_occasion": _("确认会外事项"), "refuse_occasion": _("不同意会外事项"), "withdraw_occasion": _("撤销会外事项"),
        "decide": _("裁定同分"), "sign_count": _("计票单签字"), "confirm_count": _("确认结果"), "ask_publish": _("提出公布"),
        "ask_correct": _("提出更正"), "correct": _("开始更正"), "give_up_correction": _("放弃更正"),
        "publish": _("公布结果"), "ask_archive": _("提出销毁密封票"), "archive": _("销毁密封票"), "wipe_rehearsal": _("清除演练"),
        "ask_for_paper": _("制作文件"),
        # rectification
        "propose_findings": _("提取问题"), "add_finding": _("补充问题"), "confirm_finding": _("确认问题"), "dismiss_finding": _("排除问题"),
        "reconsider_finding": _("重新考虑问题"), "withdraw_findings": _("撤去涉及转送件的问题"), "draft_letter": _("拟函"), "change_letter": _("改函稿"), "check_letter": _("核稿"),
        "return_letter": _("退回函稿"), "issue_letter": _("签发"), "void_letter": _("作废函件"), "serve_letter": _("送达"),
        "receive_letter": _("签收"), "reply_letter": _("函已回复"), "complete_letter": _("函已办结"), "plan_submitted": _("报送整改方案"),
        "plan_returned": _("退回整改方案"), "plan_approved": _("审定整改方案"), "add_evidence": _("上传佐证"),
        "remove_evidence": _("删除佐证"), "evidence_submitted": _("提交核验"), "taken_up": _("开始核验"), "released": _("换人核验"),
        "evidence_returned": _("核验退回"), "verified": _("核验通过"), "close_proposed": _("提出销号"), "close_declined": _("不同意销号"),
        "closed": _("批准销号"), "export": _("导出"),
    }  # fmt: skip
