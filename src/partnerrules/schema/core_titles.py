"""What people call the records of the core and their fields, used wherever a ruleset gives no title of its own.

May import titles. Of each field: English, Chinese, Russian. No two fields of an entity read the same.
"""

from collections.abc import Mapping
from typing import Final

from partnerrules.schema.titles import Title

_Texts = tuple[str, str, str]

_ENTITIES: Final[Mapping[str, _Texts]] = {
    "partner": ("partner", "合作伙伴", "партнёр"),
    "person": ("person", "人员", "сотрудник"),
    "certification": ("certification", "证书", "сертификат"),
    "customer": ("customer", "客户", "клиент"),
    "product": ("product", "产品", "продукт"),
    "registration": ("registration", "报备", "регистрация"),
    "deal": ("deal", "交易", "сделка"),
    "contract": ("contract", "合同", "договор"),
    "transaction": ("transaction", "单据", "операция"),
    "violation": ("violation", "违规", "нарушение"),
    "sanction": ("sanction", "处罚", "санкция"),
    "standing": ("standing", "资格记录", "запись о статусе"),
    "assessment": ("assessment", "评估", "оценка"),
    "observation": ("observation", "测量记录", "измерение"),
    "project": ("project", "项目", "проект"),
    "assignment": ("assignment", "客户经理分派", "закрепление клиента"),
    "responsibility": ("responsibility", "责任分工", "ответственность за работу"),
    "exchange_rate": ("exchange rate", "汇率", "обменный курс"),
    "checks": ("compliance checks", "合规审查", "проверки"),
    "customer_choice": ("customer's choice", "客户的选择", "выбор клиента"),
    "registration_extension": ("extension of a registration", "报备延期", "продление регистрации"),
    "deal_party": ("party of a deal", "交易参与方", "участник сделки"),
    "contract_target": ("target of a contract", "合同指标", "показатель договора"),
    "assessment_item": ("item of an assessment", "评估项", "пункт оценки"),
}

_EVERYWHERE: Final[Mapping[str, _Texts]] = {
    "id": ("id", "编号", "идентификатор"),
    "recorded_at": ("recorded at", "录入时间", "время внесения записи"),
}
"""Fields that every record of a relation has."""

_PARTNER: Final[_Texts] = ("partner", "合作伙伴", "партнёр")
_CUSTOMER: Final[_Texts] = ("customer", "客户", "клиент")
_EVIDENCE: Final[_Texts] = ("evidence", "证明材料", "подтверждения")

_FIELDS: Final[Mapping[str, Mapping[str, _Texts]]] = {
    "partner": {
        "legal_name": ("legal name", "注册名称", "официальное название"),
        "kind": ("kind", "合作伙伴类型", "вид партнёра"),
        "parent": ("parent", "上级合作伙伴", "вышестоящий партнёр"),
        "industries": ("industries", "熟悉的行业", "отрасли"),
        "territories": ("territories", "经营区域", "территории"),
        "verticals": ("verticals", "细分市场", "отраслевые рынки"),
        "admitted_on": ("admitted on", "准入日期", "день приёма в программу"),
        "lifecycle": ("lifecycle", "合作阶段", "этап партнёрства"),
        "checks": ("checks", "合规审查", "проверки"),
        "tags": ("tags", "标签", "метки"),
    },
    "person": {
        "partner": _PARTNER,
        "name": ("name", "姓名", "имя"),
        "role": ("role", "岗位", "должность"),
        "employed_from": ("employed from", "入职日期", "первый день работы"),
        "employed_to": ("employed to", "离职日期", "день окончания работы"),
    },
    "certification": {
        "person": ("person", "持证人", "владелец сертификата"),
        "kind": ("kind", "证书类型", "вид сертификата"),
        "product": ("product", "所限产品", "продукт"),
        "product_version": ("product version", "所限产品版本", "версия продукта"),
        "issued_on": ("issued on", "发证日期", "день выдачи"),
        "expires_on": ("expires on", "失效日期", "день окончания действия"),
    },
    "customer": {
        "legal_name": ("legal name", "注册名称", "официальное название"),
        "tax_number": ("tax number", "税号", "налоговый номер"),
        "domain": ("domain", "互联网域名", "интернет-домен"),
        "segment": ("segment", "客户类别", "сегмент клиента"),
        "industry": ("industry", "所属行业", "отрасль"),
        "territory": ("territory", "所属区域", "территория"),
        "key_account": ("key account", "由客户经理负责", "за клиентом закреплён менеджер"),
        "choices": ("choices", "客户的选择", "выбор клиента"),
    },
    "product": {
        "name": ("name", "产品名称", "название продукта"),
        "category": ("category", "产品类别", "категория продукта"),
        "connects_to_customer_system": (
            "connects to customer system",
            "需要对接客户系统",
            "подключается к системам клиента",
        ),
        "needs_secondary_development": ("needs secondary development", "需要二次开发", "требует доработки"),
        "group": ("group", "产品组", "группа продуктов"),
        "commission_free": ("commission free", "不计佣金", "без комиссии"),
    },
    "registration": {
        "partner": _PARTNER,
        "customer": _CUSTOMER,
        "products": ("products", "报备的产品", "заявленные продукты"),
        "territories": ("territories", "报备的区域", "заявленные территории"),
        "amount": ("amount", "预计金额", "ожидаемая сумма"),
        "submitted_at": ("submitted at", "提交时间", "время подачи"),
        "sequence_number": ("sequence number", "受理序号", "порядковый номер"),
        "verified_at": ("verified at", "核实时间", "время проверки"),
        "approved_at": ("approved at", "批准时间", "время одобрения"),
        "approved_by": ("approved by", "批准人", "кто одобрил"),
        "expires_at": ("expires at", "保护到期时间", "время окончания защиты"),
        "withdrawn_at": ("withdrawn at", "撤回时间", "время отзыва"),
        "supersedes": ("supersedes", "所续的报备", "продлеваемая регистрация"),
        "contract": ("contract", "所签合同", "заключённый договор"),
        "extensions": ("extensions", "延期申请", "заявки на продление"),
        "evidence": _EVIDENCE,
    },
    "deal": {
        "customer": _CUSTOMER,
        "partner": _PARTNER,
        "product": ("product", "产品", "продукт"),
        "amount": ("amount", "交易金额", "сумма сделки"),
        "channel": ("channel", "销售渠道", "канал продаж"),
        "registration": ("registration", "所依据的报备", "регистрация"),
        "contract": ("contract", "所签合同", "договор"),
        "signed_at": ("signed at", "签约时间", "время подписания"),
        "closed_at": ("closed at", "成交时间", "время закрытия"),
        "parties": ("parties", "参与方", "участники"),
    },
    "contract": {
        "kind": ("kind", "合同类型", "вид договора"),
        "partner": _PARTNER,
        "customer": _CUSTOMER,
        "underpins": ("underpins", "所支撑的合同", "обеспечиваемые договоры"),
        "sales_mode": ("sales mode", "销售方式", "способ продаж"),
        "signed_at": ("signed at", "签署时间", "время подписания"),
        "effective_from": ("effective from", "生效日期", "день вступления в силу"),
        "effective_to": ("effective to", "失效日期", "день прекращения действия"),
        "auto_renew": ("auto renew", "自动续约", "автоматическое продление"),
        "notice": ("notice", "通知期", "срок уведомления"),
        "cure_period": ("cure period", "补救期", "срок устранения нарушений"),
        "payment_term": ("payment term", "付款期限", "срок оплаты"),
        "back_to_back": ("back to back", "背靠背付款", "оплата после оплаты клиентом"),
        "scope": ("scope", "约定事项", "предмет договора"),
        "targets": ("targets", "服务指标", "целевые показатели"),
    },
    "transaction": {
        "partner": _PARTNER,
        "kind": ("kind", "单据类型", "вид операции"),
        "date": ("date", "单据日期", "дата документа"),
        "amount": ("amount", "含税金额", "сумма с налогом"),
        "net_amount": ("net amount", "不含税金额", "сумма без налога"),
        "cost": ("cost", "成本", "себестоимость"),
        "quantity": ("quantity", "数量", "количество"),
        "customer": _CUSTOMER,
        "product": ("product", "产品", "продукт"),
        "deal": ("deal", "所属交易", "сделка"),
        "original": ("original", "所更正的单据", "исправляемый документ"),
        "paid_at": ("paid at", "付清时间", "время полной оплаты"),
    },
    "violation": {
        "partner": ("partner", "违规的合作伙伴", "партнёр-нарушитель"),
        "level": ("level", "违规级别", "уровень нарушения"),
        "kind": ("kind", "违规类型", "вид нарушения"),
        "occurred_on": ("occurred on", "发生日期", "день нарушения"),
        "reported_on": ("reported on", "举报日期", "день сообщения о нарушении"),
        "confirmed_on": ("confirmed on", "认定日期", "день подтверждения"),
        "self_reported": ("self reported", "主动报告", "партнёр сообщил сам"),
        "appealed": ("appealed", "已申诉", "обжаловано"),
        "evidence": _EVIDENCE,
    },
    "sanction": {
        "partner": ("partner", "受处罚的合作伙伴", "партнёр под санкцией"),
        "list": ("list", "所列名单", "список"),
        "effects": ("effects", "处罚措施", "последствия"),
        "starts_at": ("starts at", "开始时间", "время начала"),
        "ends_at": ("ends at", "结束时间", "время окончания"),
        "causes": ("causes", "处罚依据", "основания"),
        "policy": ("policy", "所依据的规则", "правило"),
    },
    "standing": {
        "partner": _PARTNER,
        "kind": ("kind", "资格类型", "вид статуса"),
        "value": ("value", "资格或等级", "статус или уровень"),
        "valid_from": ("valid from", "起始日期", "первый день действия"),
        "valid_to": ("valid to", "截止日期", "день окончания действия"),
    },
    "assessment": {
        "partner": ("partner", "被评估的合作伙伴", "оцениваемый партнёр"),
        "project": ("project", "被评估的项目", "оцениваемый проект"),
        "kind": ("kind", "评估类型", "вид оценки"),
        "rubric": ("rubric", "评估标准", "методика оценки"),
        "score": ("score", "总分", "итоговый балл"),
        "items": ("items", "评估项", "пункты оценки"),
        "assessed_on": ("assessed on", "评估日期", "день оценки"),
        "period_from": ("period from", "评估期起始日期", "начало периода оценки"),
        "period_to": ("period to", "评估期截止日期", "конец периода оценки"),
    },
    "observation": {
        "subject": ("subject", "测量对象", "что измерено"),
        "metric": ("metric", "指标", "показатель"),
        "value": ("value", "测量值", "измеренное значение"),
        "observed_at": ("observed at", "测量时间", "время измерения"),
        "source": ("source", "数据来源", "источник данных"),
    },
    "project": {
        "name": ("name", "项目名称", "название проекта"),
        "customer": _CUSTOMER,
        "partner": _PARTNER,
        "deal": ("deal", "所属交易", "сделка"),
        "started_on": ("started on", "开工日期", "день начала работ"),
        "finished_on": ("finished on", "完工日期", "день завершения работ"),
    },
    "assignment": {
        "customer": _CUSTOMER,
        "manager": ("manager", "客户经理", "менеджер по работе с клиентом"),
        "valid_from": ("valid from", "起始日期", "первый день"),
        "valid_to": ("valid to", "截止日期", "день окончания"),
    },
    "responsibility": {
        "project": ("project", "项目", "проект"),
        "item": ("item", "工作事项", "вид работ"),
        "lead": ("lead", "主导方", "ведущая сторона"),
        "supporters": ("supporters", "配合方", "помогающие стороны"),
        "accountable": ("accountable", "负责方", "ответственная сторона"),
        "line": ("line", "支撑线", "линия поддержки"),
        "accepted_on": ("accepted on", "接受日期", "день принятия"),
    },
    "exchange_rate": {
        "from_currency": ("from currency", "原币种", "исходная валюта"),
        "from_amount": ("from amount", "原币金额", "сумма в исходной валюте"),
        "to_currency": ("to currency", "目标币种", "валюта пересчёта"),
        "to_amount": ("to amount", "目标币种金额", "сумма в валюте пересчёта"),
        "date": ("date", "汇率日期", "дата курса"),
        "kind": ("kind", "汇率类型", "вид курса"),
    },
    "checks": {
        "legal": ("legal", "遵守法律", "соблюдает закон"),
        "company_policy": ("company policy", "遵守公司制度", "соблюдает правила компании"),
        "data_protection": ("data protection", "保护个人信息", "защищает персональные данные"),
    },
    "customer_choice": {
        "partner": ("partner", "客户选择的合作伙伴", "выбранный партнёр"),
        "dated": ("dated", "声明日期", "день заявления"),
        "written": ("written", "书面声明", "письменное заявление"),
        "evidence": ("evidence", "声明的存放处", "где хранится заявление"),
    },
    "registration_extension": {
        "requested_at": ("requested at", "申请时间", "время запроса"),
        "approved_at": ("approved at", "批准时间", "время одобрения"),
        "expires_at": ("expires at", "申请延至", "до какого времени"),
    },
    "deal_party": {
        "partner": _PARTNER,
        "name": ("name", "名称", "кто участвует"),
        "role": ("role", "参与角色", "роль в сделке"),
        "share": ("share", "计入比例", "доля в сделке"),
    },
    "contract_target": {
        "metric": ("metric", "指标", "показатель"),
        "limit": ("limit", "承诺值", "обещанное значение"),
        "unit": ("unit", "单位", "единица измерения"),
        "scope": ("scope", "适用范围", "область действия"),
    },
    "assessment_item": {
        "item": ("item", "评估内容", "что оценивается"),
        "score": ("score", "得分", "балл"),
        "weight": ("weight", "权重", "вес"),
    },
}


def core_entity_title(entity: str) -> Title:
    """What people call a record of the core."""
    return _title(_ENTITIES[entity])


def core_field_title(entity: str, field: str) -> Title:
    """What people call a field of a record of the core."""
    texts = _FIELDS[entity].get(field)
    return given_field_title(field) if texts is None else _title(texts)


def given_field_title(field: str) -> Title:
    """What people call a field that records of every relation have."""
    return _title(_EVERYWHERE[field])


def _title(texts: _Texts) -> Title:
    return Title(tuple(zip(("en", "zh", "ru"), texts, strict=True)))
