#include "app/interchange/tools/ToolTexts.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct ToolTextsText
{
    Q_DECLARE_TR_FUNCTIONS(ToolTexts)
};

/// RFC 9110 section 5.6.2. A variable in it is looked at when it is sent.
bool isToken(const QString &text)
{
    static const QRegularExpression form(u"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"_s);
    return text.contains("{{"_L1) || form.match(text).hasMatch();
}

QString onOneLine(const QString &text)
{
    static const QRegularExpression breaks(u"\\s*[\\r\\n]+\\s*"_s);
    QString line = text.trimmed();
    return line.replace(breaks, u" "_s);
}

} // namespace

void translateRequest(RequestSpec &spec, const ToolSyntax &syntax,
                      const std::function<QString(const ToolTerm &, const QString &where)> &written)
{
    const auto translate = [&](QString &text, const QString &where) {
        text = translatedText(text, syntax, [&](const ToolTerm &term) { return written(term, where); });
    };
    const auto translateRows = [&](QList<NameValue> &rows, const QString &where) {
        for (NameValue &row : rows) {
            const QString place = where.arg(shownName(row.name));
            translate(row.name, place);
            translate(row.value, place);
        }
    };
    translate(spec.url, ToolTextsText::tr("URL"));
    translateRows(spec.params, ToolTextsText::tr("parameter %1"));
    translateRows(spec.headers, ToolTextsText::tr("header %1"));
    for (NameValue &row : spec.pathParts)
        translate(row.value, ToolTextsText::tr("path part %1").arg(shownName(row.name)));
    const QString body = ToolTextsText::tr("body");
    translate(spec.body.text, body);
    translate(spec.body.graphQlVariables, body);
    translate(spec.body.graphQlOperation, body);
    translate(spec.body.file, body);
    translateRows(spec.body.form, ToolTextsText::tr("form field %1"));
    for (RequestPart &part : spec.body.parts) {
        const QString place = ToolTextsText::tr("form field %1").arg(shownName(part.name));
        for (QString *text : {&part.name, &part.value, &part.file, &part.fileName, &part.contentType})
            translate(*text, place);
    }
}

void mendRequest(RequestSpec &spec, const std::function<void(ImportNote::What, const QString &)> &changed)
{
    using What = ImportNote::What;
    QString url = spec.url.trimmed();
    if (url.contains(u'\n') || url.contains(u'\r')) {
        static const QRegularExpression breaks(u"\\s*[\\r\\n]+\\s*"_s);
        url.remove(breaks);
        changed(What::Changed, ToolTextsText::tr("The line breaks in its URL are taken out."));
    }
    spec.url = url;

    const QString method = spec.method.trimmed();
    if (method.isEmpty() || method.contains("{{"_L1) || !isToken(method)) {
        if (!method.isEmpty())
            changed(What::Changed,
                    ToolTextsText::tr("Its method is none that a request can have; it is GET now."));
        spec.method = u"GET"_s;
    } else {
        spec.method = method.toUpper();
    }

    QList<NameValue> headers;
    for (NameValue row : std::as_const(spec.headers)) {
        row.name = row.name.trimmed();
        if (row.name.isEmpty() && row.value.trimmed().isEmpty())
            continue;
        if (!isToken(row.name)) {
            changed(What::NotExpressed,
                    ToolTextsText::tr("“%1” cannot be the name of a header; the header is left out.")
                        .arg(shownName(row.name)));
            continue;
        }
        const QString value = onOneLine(row.value);
        if (value != row.value.trimmed())
            changed(What::Changed, ToolTextsText::tr("The line breaks in its header “%1” are blanks now.")
                                       .arg(shownName(row.name)));
        headers.append({row.name, value, row.enabled});
    }
    spec.headers = headers;
}

} // namespace keydesk
