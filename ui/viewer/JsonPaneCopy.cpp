#include "app/http/BodyText.h"
#include "ui/viewer/JsonPane.h"
#include "ui/viewer/LargeCopy.h"

#include <QClipboard>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QMessageBox>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

using Kind = JsonPlace::Kind;

namespace {

constexpr qint64 mostBehindRows = 16LL * 1024 * 1024; // bytes of the file
constexpr qsizetype mostRowText = 64LL * 1024 * 1024; // characters: deep rows are mostly indentation

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
    std::optional<JsonPlace> place = first == m_caret->key() ? m_caret : rows()->at(first.first);
    if (!place)
        return;
    if (last.first - first.first > mostBehindRows) {
        refuseRows(last.first - first.first);
        return;
    }
    const int depth = place->depth();
    m_copying = Copying{std::move(*place), last, depth, {}};
    m_copySoon.start(0, this);
}

void JsonPane::refuseRows(qint64 size)
{
    auto *box = new QMessageBox(
        QMessageBox::Information, tr("Copy"),
        tr("These rows stand for %1: too much to lay out for the clipboard. Copy the value instead.")
            .arg(sizeText(size)),
        QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

/// Rows cost time: a slice of it, and the window goes on.
void JsonPane::continueCopying()
{
    constexpr qint64 slice = 8; // milliseconds
    constexpr int indentation = 2;
    constexpr int deepest = 48; // levels: a deep text would cost the square of its size
    JsonTextStyle style = m_style;
    style.marksControls = false;
    style.longest = mostBehindRows;
    QElapsedTimer clock;
    clock.start();
    while (m_copying && !clock.hasExpired(slice)) {
        Copying &copying = *m_copying;
        JsonPlace &place = copying.place;
        const bool isFault = place.kind == Kind::Fault;
        const qint64 rawEnd = place.kind == Kind::Raw ? place.rawEnd : -1;
        if (!isFault) {
            copying.text +=
                QString(indentation * std::clamp(place.depth() - copying.depth, 0, deepest), u' ');
            copying.text += jsonRowText(*rows(), place, style).text;
        }
        const bool isLast = place.key() >= copying.last || !rows()->toNext(place);
        if (!isLast && !isFault && (rawEnd < 0 || place.rawBegin != rawEnd)) // a line may have several rows
            copying.text += u'\n';
        const bool isTooMuch = copying.text.size() > mostRowText;
        if (isLast && !isTooMuch)
            setClipboard(copying.text);
        if (isTooMuch)
            refuseRows(copying.text.size());
        if (isLast || isTooMuch)
            m_copying.reset();
    }
    if (!m_copying)
        m_copySoon.stop();
}

} // namespace keydesk
