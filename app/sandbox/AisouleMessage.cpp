#include "app/sandbox/AisouleMessage.h"

#include <QJsonArray>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

namespace {

constexpr qsizetype mostBodyText = 1024;
constexpr qsizetype mostButtons = 3;
constexpr qsizetype mostRows = 10;

FieldErrors checkText(const QJsonObject &text)
{
    Fields fields(text, u"text."_s);
    (void)fields.text(u"body"_s, Presence::Required, 4096);
    return fields.errors();
}

FieldErrors checkTemplate(const QJsonObject &object)
{
    Fields fields(object, u"template."_s);
    (void)fields.text(u"name"_s, Presence::Required, 512);
    Fields language(fields.object(u"language"_s, Presence::Required), u"template.language."_s);
    (void)language.text(u"code"_s, Presence::Required, 20);
    if (object.value(u"language").isObject())
        fields.adopt(language.errors());
    const QJsonArray components = fields.array(u"components"_s, Presence::Optional);
    for (qsizetype i = 0; i < components.size(); ++i) {
        Fields component(components[i].toObject(), u"template.components[%1]."_s.arg(i));
        (void)component.oneOf(u"type"_s, Presence::Required, {u"header"_s, u"body"_s, u"button"_s});
        (void)component.array(u"parameters"_s, Presence::Required);
        fields.adopt(component.errors());
    }
    return fields.errors();
}

FieldErrors checkMedia(const QString &type, const QJsonObject &media)
{
    Fields fields(media, type + u'.');
    const QString link = fields.text(u"link"_s, Presence::Required, 2048);
    const QUrl url(link, QUrl::StrictMode);
    if (!link.isEmpty() && (!url.isValid() || url.host().isEmpty() || !url.scheme().startsWith(u"http")))
        fields.refuse(u"link"_s, fields.label(u"link"_s) + u" must be a public URL."_s);
    (void)fields.text(u"caption"_s, Presence::Optional, mostBodyText);
    (void)fields.text(u"filename"_s, Presence::Optional, 255);
    return fields.errors();
}

qsizetype rowsOf(const QJsonArray &sections)
{
    qsizetype rows = 0;
    for (const QJsonValue &section : sections)
        rows += section.toObject().value(u"rows").toArray().size();
    return rows;
}

FieldErrors checkInteractive(const QJsonObject &object)
{
    Fields fields(object, u"interactive."_s);
    const QString type = fields.oneOf(u"type"_s, Presence::Required, {u"button"_s, u"list"_s});
    Fields body(fields.object(u"body"_s, Presence::Required), u"interactive.body."_s);
    (void)body.text(u"text"_s, Presence::Required, mostBodyText);
    if (object.value(u"body").isObject())
        fields.adopt(body.errors());
    Fields action(fields.object(u"action"_s, Presence::Required), u"interactive.action."_s);
    if (!object.value(u"action").isObject())
        return fields.errors();
    if (type == u"button") {
        const QJsonArray buttons = action.array(u"buttons"_s, Presence::Required);
        if (action.fine() && (buttons.isEmpty() || buttons.size() > mostButtons))
            action.refuse(u"buttons"_s, action.label(u"buttons"_s) + u" must have 1 to 3 items."_s);
    } else if (type == u"list") {
        const qsizetype rows = rowsOf(action.array(u"sections"_s, Presence::Required));
        if (action.fine() && (rows == 0 || rows > mostRows))
            action.refuse(u"sections"_s, action.label(u"sections"_s) + u" must have 1 to 10 rows in all."_s);
    }
    fields.adopt(action.errors());
    return fields.errors();
}

} // namespace

FieldErrors checkMessage(const QJsonObject &body)
{
    Fields fields(body);
    const QString to = fields.text(u"to"_s, Presence::Required, 255);
    if (!to.isEmpty() && !isDigitsNumber(to))
        fields.refuse(u"to"_s,
                      u"The to field must be country code and number, digits only, such as 918856879188."_s);
    const QString type = fields.oneOf(
        u"type"_s, Presence::Required,
        {u"text"_s, u"template"_s, u"image"_s, u"video"_s, u"document"_s, u"audio"_s, u"interactive"_s});
    if (type.isEmpty())
        return fields.errors();
    const QJsonObject content = fields.object(type, Presence::Required);
    if (!body.value(type).isObject())
        return fields.errors();
    if (type == u"text")
        fields.adopt(checkText(content));
    else if (type == u"template")
        fields.adopt(checkTemplate(content));
    else if (type == u"interactive")
        fields.adopt(checkInteractive(content));
    else
        fields.adopt(checkMedia(type, content));
    return fields.errors();
}

} // namespace keydesk::sandbox
