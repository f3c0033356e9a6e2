#include "ui/viewer/MarkupPane.h"

#include "app/http/BodyText.h"
#include "app/http/HtmlFormat.h"
#include "app/http/XmlFormat.h"
#include "ui/setup/RoleLabel.h"
#include "ui/viewer/TextPane.h"

#include <QBoxLayout>
#include <QFileInfo>
#include <QLocale>

#include <utility>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

/// Small letters, without what may stand before the first tag.
QByteArray beginOf(const ShownFile &file)
{
    constexpr qsizetype looked = 256;
    return plainText(QByteArrayView(file.head).first(std::min(looked, file.head.size())), file.text.coding())
        .trimmed()
        .toLower()
        .toUtf8();
}

bool isHtml(const ShownFile &file)
{
    if (file.mimeType == "text/html")
        return true;
    const QString suffix = QFileInfo(file.name).suffix().toLower();
    const QByteArray begin = beginOf(file);
    return suffix == u"html"_s || suffix == u"htm"_s || begin.startsWith("<!doctype html") ||
           begin.startsWith("<html");
}

bool isXml(const ShownFile &file)
{
    if (file.mimeType == "application/xml" || file.mimeType == "text/xml" || file.mimeType.endsWith("+xml"))
        return true;
    const QString suffix = QFileInfo(file.name).suffix().toLower();
    for (const QLatin1String name :
         {"xml"_L1, "xhtml"_L1, "svg"_L1, "xsd"_L1, "xsl"_L1, "rss"_L1, "atom"_L1}) {
        if (suffix == name)
            return true;
    }
    return beginOf(file).startsWith("<?xml");
}

} // namespace

MarkupPane::MarkupPane(QWidget *parent)
    : FilePane(parent)
    , m_text(new TextPane)
    , m_note(new RoleLabel(theme::Role::SecondText, RoleLabel::Size::Second))
{
    m_text->setAccessibleName(tr("Text, laid out"));
    m_note->setContentsMargins(theme::panePadding, theme::gap, theme::panePadding, theme::gap);
    m_note->hide();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_note);
    column->addWidget(m_text, 1);
    connect(m_text, &TextPane::caretMoved, this, &MarkupPane::placeChanged);
    setFocusProxy(m_text);
}

MarkupPane::~MarkupPane()
{
    stop();
}

bool MarkupPane::fits(const ShownFile &file)
{
    return file.isText && (isHtml(file) || isXml(file));
}

MarkupPane::LaidOut MarkupPane::laidOut(const TextPieces &text, bool isHtml, const std::atomic<bool> &stop)
{
    const FileBytes &bytes = text.bytes();
    const QString source = plainText(bytes.read(text.begin(), bytes.size() - text.begin()), text.coding());
    if (const std::optional<QString> pretty = prettyXml(source, stop))
        return {*pretty, {}};
    if (isHtml)
        return {prettyHtml(source, stop), {}};
    const std::optional<XmlProblem> problem = stop ? std::nullopt : checkXml(source);
    return {{},
            problem ? tr("This is not well-formed XML, and shown as it is. %1").arg(problem->sentence())
                    : tr("This document cannot be laid out without changing it. It is shown as it is.")};
}

void MarkupPane::stop()
{
    if (m_stop)
        *m_stop = true;
    m_stop.reset();
}

void MarkupPane::setFile(const ShownFile &file)
{
    stop();
    m_file = file;
    m_isNew = true;
    if (file.isGrowing)
        setGrowing(true);
    else
        layOut();
}

void MarkupPane::refresh()
{
    stop();
    m_isStale = true;
    if (isAsItIs()) {
        m_lines->start();
        m_text->refresh();
    }
}

void MarkupPane::setGrowing(bool isGrowing)
{
    if (!isGrowing) {
        if (m_isStale)
            layOut();
        return;
    }
    stop();
    m_isStale = true;
    const QString note = tr("More of this document is on its way. It is laid out once that is here.");
    if (m_isNew)
        show(m_file->text, note);
    else
        setNote(note); // what was laid out before stays until then
}

void MarkupPane::layOut()
{
    stop();
    m_isStale = false;
    const qint64 size = m_file->text.bytes().size();
    if (size > largest) {
        show(m_file->text, tr("This document has %1. Only up to %2 are laid out; it is shown as it is.")
                               .arg(sizeText(size), sizeText(largest)));
        return;
    }
    const auto stop = std::make_shared<std::atomic<bool>>(false);
    if (size <= smallFile) {
        show(laidOut(m_file->text, isHtml(*m_file), *stop));
        return;
    }
    m_stop = stop;
    m_background.run(
        this, [text = m_file->text, isHtml = isHtml(*m_file), stop] { return laidOut(text, isHtml, *stop); },
        [this, stop](const LaidOut &made) {
            if (stop == m_stop)
                show(made);
        });
}

void MarkupPane::clear()
{
    stop();
    m_file.reset();
    m_isNew = true;
    m_isStale = false;
    show(TextPieces(FileBytes::inMemory({}), TextCoding::Utf8), {});
}

void MarkupPane::show(const LaidOut &made)
{
    if (made.problem.isEmpty())
        show({FileBytes::inMemory(made.text.toUtf8()), TextCoding::Utf8}, {});
    else
        show(m_file->text, made.problem);
}

void MarkupPane::setNote(const QString &note)
{
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

/// The file, of which more may come, and not what was made of it.
bool MarkupPane::isAsItIs() const
{
    return !m_isNew && m_text->searchedText()->sharedBytes() == m_file->text.sharedBytes();
}

/// The place stays as far as it is there, but in another file.
void MarkupPane::show(const TextPieces &text, const QString &note)
{
    setNote(note);
    if (isAsItIs() && text.sharedBytes() == m_file->text.sharedBytes())
        return;
    auto lines = std::make_unique<LineIndex>(text);
    connect(lines.get(), &LineIndex::grew, this, [this] {
        m_text->linesCounted();
        Q_EMIT placeChanged();
    });
    m_text->setSearch(nullptr);
    if (std::exchange(m_isNew, false))
        m_text->setText(text, lines.get());
    else
        m_text->replaceText(text, lines.get());
    m_lines = std::move(lines); // and the one before ends
    if (text.bytes().size() <= smallFile)
        m_lines->startNow();
    else
        m_lines->start();
    Q_EMIT searchedTextChanged();
    Q_EMIT placeChanged();
}

FindTarget *MarkupPane::findTarget()
{
    return m_text;
}

QStringList MarkupPane::place() const
{
    const auto line = m_lines ? m_lines->lineAt(m_text->caret()) : std::nullopt;
    return line ? QStringList{tr("Line %1").arg(locale().toString(*line + 1))} : QStringList();
}

QStringList MarkupPane::facts() const
{
    return m_lines ? QStringList{tr("%1 lines").arg(locale().toString(m_lines->lines()))} : QStringList();
}

} // namespace keydesk
