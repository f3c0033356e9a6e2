#include "ui/viewer/JsonPane.h"
#include "ui/viewer/LargeCopy.h"

#include <QClipboard>
#include <QDialog>
#include <QGuiApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

using Kind = JsonPlace::Kind;

namespace {

void setClipboard(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
}

} // namespace

/// `isString`: the inside of one, which means what it says without its escapes.
void JsonPane::copyBytes(qint64 begin, qint64 end, bool isString)
{
    const auto read = [bytes = rows()->pieces().sharedBytes(), begin, end,
                       isString](const std::atomic<bool> &stop, std::atomic<int> &percent) {
        constexpr qint64 step = 1024LL * 1024;
        constexpr int whole = 100;
        QByteArray copied;
        for (qint64 at = begin; at < end && !stop; at += step) {
            copied += bytes->read(at, std::min(step, end - at));
            percent = int((at - begin) * (whole - 1) / (end - begin));
        }
        return isString ? decodedJson(copied) : QString::fromUtf8(copied);
    };
    copyToClipboard(*this, end - begin, read);
}

void JsonPane::copyValue()
{
    if (!m_caret)
        return;
    if (!m_caret->hasNode()) {
        copyBytes(m_caret->rawBegin, m_caret->rawEnd, false);
        return;
    }
    const JsonNode &node = m_caret->node();
    const int quote = node.type == JsonNode::Type::String ? 1 : 0;
    if (node.end >= 0)
        copyBytes(node.begin + quote, node.end - quote, quote == 1);
}

void JsonPane::copyName()
{
    if (m_caret && m_caret->hasNode() && m_caret->node().nameBegin >= 0)
        copyBytes(m_caret->node().nameBegin + 1, m_caret->node().nameEnd - 1, true);
}

void JsonPane::copyPath()
{
    if (m_caret && m_caret->hasNode())
        setClipboard(jsonPath(rows()->pieces().bytes(), m_caret->path));
}

void JsonPane::copyPointer()
{
    if (m_caret && m_caret->hasNode())
        setClipboard(jsonPointer(rows()->pieces().bytes(), m_caret->path));
}

void JsonPane::copyRows()
{
    if (!m_caret)
        return;
    const Key first = std::min(m_caret->key(), m_anchor);
    const Key last = std::max(m_caret->key(), m_anchor);
    std::optional<JsonPlace> begin = first == m_caret->key() ? m_caret : rows()->at(first.first);
    if (!begin)
        return;
    JsonTextStyle style = m_style;
    style.marksControls = false;
    style.longest = mostCopied;
    // Rows of its own: what is folded meanwhile is not in the copy.
    const auto read = [rows = std::make_shared<const JsonRows>(*rows()), begin = *begin, last,
                       style](const std::atomic<bool> &stop, std::atomic<int> &percent) {
        constexpr int indentation = 2;
        constexpr int deepest = 48; // levels: a deep text would cost the square of its size
        constexpr qint64 whole = 100;
        const qint64 size = std::max<qint64>(1, last.first - begin.offset());
        QString text;
        JsonPlace place = begin;
        while (!stop && text.size() <= mostCopied) {
            const bool isFault = place.kind == Kind::Fault;
            const qint64 rawEnd = place.kind == Kind::Raw ? place.rawEnd : -1;
            if (!isFault) {
                text += QString(indentation * std::clamp(place.depth() - begin.depth(), 0, deepest), u' ');
                text += jsonRowText(*rows, place, style).text;
            }
            if (place.key() >= last || !rows->toNext(place))
                break;
            if (!isFault && (rawEnd < 0 || place.rawBegin != rawEnd)) // a line may have several rows
                text += u'\n';
            percent = int(std::min(whole - 1, (place.offset() - begin.offset()) * whole / size));
        }
        return text;
    };
    copyToClipboard(*this, last.first - first.first, read);
}

/// What was to be copied is no longer there.
void JsonPane::endCopies()
{
    qDeleteAll(findChildren<QDialog *>(Qt::FindDirectChildrenOnly));
}

} // namespace keydesk
