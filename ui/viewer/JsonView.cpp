#include "ui/viewer/JsonView.h"

#include "app/base/VisibleText.h"
#include "app/http/BodyText.h"
#include "app/http/JsonFormat.h"
#include "ui/console/PaneParts.h"
#include "ui/viewer/JsonPane.h"

#include <QBoxLayout>
#include <QLocale>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr size_t mostSteps = 8; // of a path, from its end

/// What is said of a file that nobody has named JSON: all that was read of it is.
bool beginsAsJson(const QByteArray &head, bool isWhole)
{
    const qsizetype begin = std::distance(head.cbegin(), std::find_if(head.cbegin(), head.cend(), [](char c) {
                                              return c != ' ' && c != '\t' && c != '\r' && c != '\n';
                                          }));
    if (begin == head.size() || (head.at(begin) != '{' && head.at(begin) != '['))
        return false;
    constexpr qsizetype cut = 16; // bytes of a name or a number that the end of the head cuts
    const std::optional<JsonProblem> whole = checkJson(head);
    if (!whole || (!isWhole && whole->offset >= head.size() - cut))
        return true;
    const qsizetype line = head.indexOf('\n', begin);
    return line > 0 && head.at(begin) == '{' && !checkJson(head.first(line));
}

QString typeName(JsonNode::Type type)
{
    switch (type) {
    case JsonNode::Type::Object:
        return JsonView::tr("Object");
    case JsonNode::Type::Array:
        return JsonView::tr("Array");
    case JsonNode::Type::String:
        return JsonView::tr("String");
    case JsonNode::Type::Number:
        return JsonView::tr("Number");
    case JsonNode::Type::Literal:
        break;
    }
    return JsonView::tr("Literal");
}

/// As it stands in the path above the rows.
QString stepName(const FileBytes &bytes, const JsonIndex::PathStep &step)
{
    constexpr qsizetype longest = 24; // characters
    const JsonNode &node = step.node;
    if (node.nameBegin < 0)
        return u"[%1]"_s.arg(step.index);
    const qint64 size = node.nameEnd - node.nameBegin - 2;
    QString name = decodedJson(bytes.read(node.nameBegin + 1, std::min<qint64>(size, 4 * longest)));
    if (name.size() > longest)
        name = name.first(longest - 1) + u'…';
    return withVisibleControls(name);
}

} // namespace

JsonView::JsonView(QWidget *parent)
    : FilePane(parent)
    , m_pane(new JsonPane)
    , m_path(new QLabel)
    , m_fault(new QToolButton)
    , m_looks(new ModeSwitch(tr("JSON shown as")))
{
    m_pane->setAccessibleName(tr("JSON"));
    m_path->setAccessibleName(tr("Path"));
    m_path->setTextFormat(Qt::RichText);
    m_path->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    m_path->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_path->setFont(theme::secondFont(m_path->font()));
    m_fault->setText(tr("Go to the Fault"));
    m_fault->setAutoRaise(true);
    m_fault->setProperty("compact", true);
    m_fault->hide();
    m_looks->addMode(int(JsonPane::Look::Pretty), tr("Pretty"));
    m_looks->addMode(int(JsonPane::Look::Tree), tr("Tree"));
    m_looks->setMode(int(JsonPane::Look::Pretty));

    auto *row = new QHBoxLayout;
    row->setContentsMargins(theme::panePadding, 4, theme::gap, 4);
    row->addWidget(m_path, 1);
    row->addWidget(m_fault);
    row->addWidget(m_looks);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(new Hairline);
    column->addWidget(m_pane, 1);
    setFocusProxy(m_pane);

    connect(m_path, &QLabel::linkActivated, this, &JsonView::goToStep);
    connect(m_fault, &QToolButton::clicked, this, [this] {
        m_pane->goToFault();
        m_pane->setFocus(Qt::OtherFocusReason);
    });
    connect(m_looks, &ModeSwitch::modeChosen, this, [this](int look) {
        m_pane->setLook(JsonPane::Look(look));
        m_pane->setFocus(Qt::OtherFocusReason);
    });
    connect(m_pane, &JsonPane::caretMoved, this, &JsonView::showPath);
    connect(m_pane, &JsonPane::textWanted, this, &FilePane::textWanted);
}

JsonView::~JsonView()
{
    m_pane->setJson(nullptr, nullptr); // before the index is gone
}

bool JsonView::fits(const ShownFile &file)
{
    if (!file.isText || file.text.coding() != TextCoding::Utf8)
        return false;
    const QByteArray &type = file.mimeType;
    for (const char *name : {"application/json", "text/json", "application/x-ndjson", "application/ndjson",
                             "application/jsonl", "application/json-seq", "application/x-json"}) {
        if (type == name)
            return true;
    }
    if (type.endsWith("+json") || type.endsWith("+json-seq"))
        return true;
    for (const char16_t *ending : {u".json", u".jsonl", u".ndjson", u".geojson", u".har", u".ipynb"}) {
        if (file.name.endsWith(QStringView(ending), Qt::CaseInsensitive))
            return true;
    }
    return beginsAsJson(file.head.mid(file.text.begin()), file.text.bytes().size() <= file.head.size());
}

void JsonView::setFile(const ShownFile &file)
{
    m_pane->setJson(nullptr, nullptr);
    m_text = file.text;
    m_index = std::make_unique<JsonIndex>(m_text->sharedBytes(), m_text->begin());
    connect(m_index.get(), &JsonIndex::grew, this, &JsonView::takeGrowth);
    m_index->setGrowing(file.isGrowing);
    m_pane->setJson(m_index.get(), &*m_text);
    m_index->start();
    takeGrowth();
    Q_EMIT searchedTextChanged();
}

void JsonView::refresh()
{
    m_index->start();
    takeGrowth();
}

void JsonView::setGrowing(bool isGrowing)
{
    m_index->setGrowing(isGrowing);
}

FindTarget *JsonView::findTarget()
{
    return m_pane;
}

void JsonView::takeGrowth()
{
    m_fault->setVisible(m_index->fault().has_value());
    m_pane->refresh();
    showPath();
}

/// As much of its end as there is room for.
void JsonView::showPath()
{
    static const QString between = u" › "_s;
    QStringList steps;
    if (const std::optional<JsonPlace> &place = m_pane->caret()) {
        const std::vector<JsonIndex::PathStep> &path = place->path;
        const QFontMetrics metrics = m_path->fontMetrics();
        const auto link = [](size_t level, const QString &name) {
            return u"<a style=\"text-decoration: none\" href=\"%1\">%2</a>"_s.arg(QString::number(level),
                                                                                  name.toHtmlEscaped());
        };
        int room = m_path->width() - metrics.horizontalAdvance(u"$"_s + between + u'…' + between);
        size_t level = path.size();
        for (; level > 1 && path.size() - level < mostSteps; --level) {
            const QString name = stepName(m_text->bytes(), path[level - 1]);
            room -= metrics.horizontalAdvance(between + name);
            if (room < 0 && level < path.size())
                break;
            steps.prepend(link(level - 1, name));
        }
        if (level > 1)
            steps.prepend(u"…"_s);
        steps.prepend(link(0, u"$"_s));
    }
    m_path->setText(steps.join(between));
    Q_EMIT placeChanged();
}

void JsonView::resizeEvent(QResizeEvent *event)
{
    FilePane::resizeEvent(event);
    showPath();
}

void JsonView::goToStep(const QString &step)
{
    const std::optional<JsonPlace> &place = m_pane->caret();
    const size_t level = step.toULong();
    if (!place || level >= place->path.size())
        return;
    const JsonNode &node = place->path[level].node;
    m_pane->goTo(node.nameBegin >= 0 ? node.nameBegin : node.begin);
    m_pane->setFocus(Qt::OtherFocusReason);
}

std::optional<qint64> JsonView::caret() const
{
    return m_pane->caret() ? std::optional(m_pane->caret()->offset()) : std::nullopt;
}

QStringList JsonView::place() const
{
    QStringList words;
    if (const std::optional<JsonPlace> &caret = m_pane->caret()) {
        const std::vector<JsonIndex::PathStep> &path = caret->path;
        const QString number = path.empty() ? QString() : locale().toString(path.back().index + 1);
        if (path.size() > 1) {
            const JsonNode &container = path[path.size() - 2].node;
            const bool isObject = container.type == JsonNode::Type::Object;
            if (const std::optional<qint64> count = m_index->childCount(container))
                words << (isObject ? tr("Member %1 of %2") : tr("Element %1 of %2"))
                             .arg(number, locale().toString(*count));
            else
                words << (isObject ? tr("Member %1") : tr("Element %1")).arg(number);
        } else if (path.size() == 1 && m_index->documentCount() > 1) {
            words << tr("Document %1 of %2").arg(number, locale().toString(m_index->documentCount()));
        }
        if (caret->hasNode()) {
            const JsonNode &node = caret->node();
            words << typeName(node.type);
            if (const std::optional<qint64> count = m_index->childCount(node); count && node.isContainer())
                words << (node.type == JsonNode::Type::Object ? tr("%1 members") : tr("%1 elements"))
                             .arg(locale().toString(*count));
            if (node.end >= 0)
                words << sizeText(node.end - node.begin);
        }
        words << tr("Byte %1").arg(locale().toString(caret->offset()));
    }
    return words;
}

QStringList JsonView::facts() const
{
    QStringList words;
    if (!m_index)
        return words;
    if (!m_index->isComplete()) {
        const double size = double(std::max<qint64>(1, m_text->bytes().size()));
        words << tr("%1 % read").arg(std::min(99, int(100 * double(m_index->scanned()) / size)));
    }
    return words;
}

} // namespace keydesk
