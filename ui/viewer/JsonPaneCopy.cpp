#include "app/http/BodyText.h"
#include "ui/viewer/JsonPane.h"

#include <QClipboard>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QMessageBox>
#include <QPushButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

using Kind = JsonPlace::Kind;

namespace {

constexpr qint64 askAbove = 16LL * 1024 * 1024; // bytes on the clipboard
constexpr qint64 refuseAbove = 512LL * 1024 * 1024;

void setClipboard(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
}

/// Does it now, later, or never, as it is large.
void askForSize(QWidget &parent, qint64 size, const std::function<void()> &copy)
{
    if (size <= askAbove) {
        copy();
        return;
    }
    const bool isTooMuch = size > refuseAbove;
    auto *box = new QMessageBox(
        isTooMuch ? QMessageBox::Information : QMessageBox::Question, JsonPane::tr("Copy"),
        isTooMuch ? JsonPane::tr("This has %1: too much for the clipboard. Save it to a file instead.")
                        .arg(sizeText(size))
                  : JsonPane::tr("Copy %1 to the clipboard? Other programs may take long to paste it.")
                        .arg(sizeText(size)),
        isTooMuch ? QMessageBox::Close : QMessageBox::Cancel, &parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    if (!isTooMuch) {
        QPushButton *yes = box->addButton(JsonPane::tr("Copy"), QMessageBox::AcceptRole);
        QObject::connect(box, &QMessageBox::buttonClicked, &parent, [yes, copy](QAbstractButton *clicked) {
            if (clicked == static_cast<QAbstractButton *>(yes))
                copy();
        });
    }
    box->open();
}

} // namespace

void JsonPane::putOnClipboard(qint64 begin, qint64 end, bool isString)
{
    const TextPieces pieces = rows()->pieces();
    const auto text = [pieces, begin, end, isString] {
        const QByteArray bytes = pieces.bytes().read(begin, end - begin);
        return isString ? decodedJson(bytes) : QString::fromUtf8(bytes);
    };
    constexpr qint64 atOnce = 256LL * 1024;
    if (end - begin <= atOnce)
        setClipboard(text());
    else
        m_background.run(this, text, &setClipboard);
}

/// `isString`: the inside of one, which means what it says without its escapes.
void JsonPane::copyBytes(qint64 begin, qint64 end, bool isString)
{
    askForSize(*this, end - begin, [this, begin, end, isString] {
        if (rows())
            putOnClipboard(begin, end, isString);
    });
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
    const auto begin = [this, place = *place, last] {
        m_copying = Copying{place, last, place.depth(), {}};
        m_copySoon.start(0, this);
    };
    askForSize(*this, last.first - first.first, begin);
}

/// Rows cost time: a slice of it, and the window goes on.
void JsonPane::continueCopying()
{
    constexpr qint64 slice = 8; // milliseconds
    constexpr int indentation = 2;
    constexpr int deepest = 48; // levels: a deep text would cost the square of its size
    JsonTextStyle style = m_style;
    style.marksControls = false;
    style.longest = refuseAbove;
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
        const bool isTooMuch = copying.text.size() > refuseAbove;
        if (isLast && !isTooMuch)
            setClipboard(copying.text);
        if (isTooMuch)
            askForSize(*this, copying.text.size(), {});
        if (isLast || isTooMuch)
            m_copying.reset();
    }
    if (!m_copying)
        m_copySoon.stop();
}

} // namespace keydesk
