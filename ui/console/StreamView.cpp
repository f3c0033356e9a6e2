#include "ui/console/StreamView.h"

#include "app/http/BodyText.h"
#include "app/models/StreamModel.h"
#include "ui/console/BodyView.h"
#include "ui/console/MessageComposer.h"
#include "ui/console/PaneParts.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/TabOrder.h"

#include <QAction>
#include <QBoxLayout>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QSaveFile>
#include <QScrollBar>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr int filterPause = 150; // ms after a key

QString countWords(StreamKind kind, quint64 count)
{
    const int number = static_cast<int>(qMin<quint64>(count, std::numeric_limits<int>::max()));
    switch (kind) {
    case StreamKind::Events:
        return StreamView::tr("%Ln event(s)", nullptr, number);
    case StreamKind::Lines:
        return StreamView::tr("%Ln line(s)", nullptr, number);
    default:
        return StreamView::tr("%Ln message(s)", nullptr, number);
    }
}

QString keptWords(const StreamModel &model)
{
    const QLocale locale;
    const StreamLog &log = *model.log();
    if (model.isPaused())
        return StreamView::tr("Paused; %1 more came").arg(locale.toString(model.countSincePause()));
    if (model.isFiltered())
        return StreamView::tr("%1 of %2 fit")
            .arg(locale.toString(model.rowCount()), locale.toString(log.entries().size()));
    if (log.count() > log.entries().size())
        return StreamView::tr("Showing the last %1 of %2")
            .arg(locale.toString(log.entries().size()), locale.toString(log.count()));
    return {};
}

} // namespace

StreamView::StreamView(const Redactor &redactor, QWidget *parent)
    : QWidget(parent)
    , m_redactor(redactor)
    , m_model(new StreamModel(this))
    , m_filter(new QLineEdit)
    , m_type(new QComboBox(this))
    , m_typeLabel(nameCombo(m_type, tr("Type"), false))
    , m_pause(new QPushButton(tr("Pause")))
    , m_reconnect(new QPushButton(tr("Reconnect")))
    , m_table(new QTableView)
    , m_details(new BodyView(redactor))
    , m_words(new ElidedLabel)
    , m_kept(secondLabel())
    , m_copy(new QToolButton)
    , m_save(new QToolButton)
{
    makeTable();
    m_details->setBodyName(tr("Chosen entry"));
    connect(m_details, &BodyView::saved, this, &StreamView::saved);
    connect(m_details, &BodyView::failed, this, &StreamView::failed);
    auto *halves = new QSplitter(Qt::Horizontal);
    halves->setHandleWidth(1);
    halves->setChildrenCollapsible(false);
    halves->addWidget(m_table);
    halves->addWidget(m_details);
    halves->setStretchFactor(0, 3);
    halves->setStretchFactor(1, 2);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeBar());
    layout->addWidget(halves, 1);
    layout->addWidget(makeFoot());

    m_filterSoon.setSingleShot(true);
    m_filterSoon.setInterval(filterPause);
    const auto applyFilter = [this] {
        m_model->setFilter(m_filter->text(), m_type->currentIndex() > 0 ? m_type->currentText() : QString());
    };
    connect(&m_filterSoon, &QTimer::timeout, this, applyFilter);
    connect(m_filter, &QLineEdit::textChanged, this, [this] { m_filterSoon.start(); });
    connect(m_type, &QComboBox::activated, this, applyFilter);
    connect(m_pause, &QPushButton::clicked, this, [this] {
        m_isAtEnd = m_isAtEnd || m_model->isPaused();
        m_model->setPaused(!m_model->isPaused());
        showWords();
    });
    connect(m_reconnect, &QPushButton::clicked, this,
            [this] { Q_EMIT reconnectRequested(m_log->lastEventId()); });
    connect(m_model, &StreamModel::followed, this, &StreamView::followed);
}

QWidget *StreamView::makeBar()
{
    m_filter->setPlaceholderText(tr("Filter"));
    m_filter->setAccessibleName(tr("Filter stream"));
    m_filter->setClearButtonEnabled(true);
    m_filter->installEventFilter(this);
    m_type->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_reconnect->setToolTip(tr("Send the request again, with the id of the last event"));
    auto *bar = new QWidget;
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(theme::panePadding, theme::gap / 2, theme::panePadding, theme::gap / 2);
    row->setSpacing(theme::gap);
    row->addWidget(m_filter, 1);
    row->addWidget(m_typeLabel);
    row->addWidget(m_type);
    row->addWidget(m_pause);
    row->addWidget(m_reconnect);
    return bar;
}

void StreamView::makeTable()
{
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Stream"));
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // what does not fit is read beside it
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto *copyOne = new QAction(tr("Copy Entry"), m_table);
    copyOne->setShortcut(QKeySequence::Copy);
    copyOne->setShortcutContext(Qt::WidgetShortcut);
    connect(copyOne, &QAction::triggered, this, &StreamView::copyEntry);
    auto *copyEvery = new QAction(tr("Copy All"), m_table);
    connect(copyEvery, &QAction::triggered, this, &StreamView::copyAll);
    m_table->addActions({copyOne, copyEvery});
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &StreamView::showDetails);
    // Where the reader looks stays in sight, unless that is the end.
    connect(m_table->verticalScrollBar(), &QScrollBar::actionTriggered, this, [this] {
        const QScrollBar *bar = m_table->verticalScrollBar();
        m_isAtEnd = bar->sliderPosition() >= bar->maximum();
    });
}

QWidget *StreamView::makeFoot()
{
    const auto tool = [](QToolButton *button, const QString &iconName, const QString &name) {
        button->setAutoRaise(true);
        button->setIcon(icon(iconName, theme::Role::SecondText));
        button->setIconSize({16, 16});
        button->setAccessibleName(name);
        button->setToolTip(name);
    };
    tool(m_copy, u"copy"_s, tr("Copy All"));
    tool(m_save, u"download"_s, tr("Save Stream…"));
    connect(m_copy, &QToolButton::clicked, this, &StreamView::copyAll);
    connect(m_save, &QToolButton::clicked, this, &StreamView::save);
    m_words->setAccessibleName(tr("Stream state"));
    auto *foot = new FootBar;
    foot->row()->addWidget(m_words, 1);
    foot->row()->addWidget(m_kept);
    foot->row()->addWidget(m_copy);
    foot->row()->addWidget(m_save);
    return foot;
}

void StreamView::setCall(const ShownCall &call)
{
    if (call.stream != m_log) {
        m_log = call.stream;
        m_isAtEnd = true;
        m_filterSoon.stop();
        m_filter->clear();
        m_type->clear();
        m_type->addItem(tr("All types"));
        m_model->setFilter({}, {});
        m_model->setLog(m_log);
        const QFontMetrics metrics = m_table->fontMetrics();
        QHeaderView *header = m_table->horizontalHeader();
        header->resizeSection(StreamModel::Time,
                              metrics.horizontalAdvance(u"00:00:00.000"_s) + 3 * theme::gap);
        header->resizeSection(StreamModel::Type,
                              metrics.horizontalAdvance(m_log->kind() == StreamKind::Messages
                                                            ? tr("Received binary")
                                                            : tr("message")) +
                                  3 * theme::gap);
        header->resizeSection(StreamModel::About, metrics.horizontalAdvance(u"000.00 MB"_s) + 2 * theme::gap);
        m_details->setSentence(tr("Choose a line to see all of it."), {});
        m_typeLabel->setText(m_log->kind() == StreamKind::Messages ? tr("Direction") : tr("Type"));
    }
    const bool hasSocket = call.socket && !m_log->isEnded();
    if (hasSocket && !m_composer) {
        m_composer = new MessageComposer;
        connect(m_composer, &MessageComposer::failed, this, &StreamView::failed);
        static_cast<QVBoxLayout *>(layout())->insertWidget(layout()->count() - 1, m_composer);
        orderTabs();
    }
    if (m_composer) {
        m_composer->setVisible(hasSocket);
        if (hasSocket)
            m_composer->setSocket(call.socket, call.drafts);
    }
    showTypes();
    showWords();
}

/// The chosen entry's views are made late too.
void StreamView::orderTabs()
{
    QWidget *before = continueTabOrder(m_details, m_table);
    for (QWidget *after : m_composer ? m_composer->tabOrder() : QList<QWidget *>()) {
        setTabOrder(before, after);
        before = after;
    }
}

void StreamView::openFind()
{
    if (m_details->isAncestorOf(focusWidget())) {
        m_details->openFind();
        return;
    }
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

/// Escape stops the call from everywhere else.
bool StreamView::eventFilter(QObject *watched, QEvent *event)
{
    const bool isKey = event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress;
    if (watched != m_filter || !isKey || static_cast<QKeyEvent *>(event)->key() != Qt::Key_Escape ||
        m_filter->text().isEmpty())
        return QWidget::eventFilter(watched, event);
    if (event->type() == QEvent::KeyPress)
        m_filter->clear();
    event->accept();
    return true;
}

void StreamView::followed()
{
    if (!m_log)
        return;
    showTypes();
    showWords();
    if (m_isAtEnd && !m_model->isPaused())
        m_table->scrollToBottom();
}

void StreamView::showTypes()
{
    const QStringList &types = m_model->types();
    for (qsizetype i = m_type->count() - 1; i < types.size(); ++i)
        m_type->addItem(types.at(i));
    m_type->setVisible(m_log->kind() != StreamKind::Lines);
}

void StreamView::showWords()
{
    const bool isPaused = m_model->isPaused();
    m_pause->setText(isPaused ? tr("Resume") : tr("Pause"));
    m_pause->setVisible(!m_log->isEnded() || isPaused);
    m_reconnect->setVisible(m_log->isEnded() && m_log->kind() == StreamKind::Events);
    QString words = m_log->isEnded()                        ? m_log->how()
                    : m_log->kind() == StreamKind::Messages ? tr("Connected.")
                                                            : tr("Receiving…");
    words += u' ' + countWords(m_log->kind(), m_log->count());
    if (m_log->kind() == StreamKind::Messages && m_log->sentCount() > 0)
        words += tr(" (%1 sent)").arg(QLocale().toString(m_log->sentCount()));
    if (m_log->isEnded() && m_log->retry())
        words += tr(". The server asks to wait %1 before connecting again.")
                     .arg(durationText(std::chrono::milliseconds(*m_log->retry())));
    m_words->setText(words);
    m_words->setToolTip(words);
    m_words->setAccessibleDescription(words);
    m_kept->setText(keptWords(*m_model));
    m_kept->setToolTip(tr("The newest %1 entries are kept, up to 8 MB; of each the first megabyte.")
                           .arg(QLocale().toString(qulonglong(StreamLog::mostEntries))));
    const bool hasAny = !m_log->entries().empty();
    m_copy->setEnabled(hasAny);
    m_save->setEnabled(hasAny);
}

void StreamView::showDetails()
{
    const StreamEntry *entry = m_model->entry(m_table->currentIndex().row());
    if (!entry)
        return;                                 // what was chosen is still worth reading
    std::ignore = m_log->redacted(entry->data); // learns what is to be redacted
    HttpResponse whole;
    whole.status = 200;
    whole.body = entry->data;
    whole.truncated = entry->size > entry->data.size();
    const char first = entry->data.trimmed().left(1).append('\0').at(0);
    const bool maybeJson = !entry->isBinary() && (first == '{' || first == '[');
    whole.headers = {{"Content-Type", maybeJson           ? "application/json"
                                      : entry->isBinary() ? "application/octet-stream"
                                                          : "text/plain; charset=utf-8"}};
    m_details->setResponse(
        whole,
        whole.truncated
            ? tr("The first %1 of %2 were kept.").arg(sizeText(entry->data.size()), sizeText(entry->size))
            : QString());
    orderTabs();
}

/// What the filter leaves, as it came, redacted.
QByteArray StreamView::shownText() const
{
    QByteArray text;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const StreamEntry *entry = m_model->entry(row);
        if (!entry)
            continue;
        if (m_log->kind() == StreamKind::Messages)
            text += m_model->index(row, StreamModel::Time).data().toString().toUtf8() + ' ' +
                    m_model->index(row, StreamModel::Type).data().toString().toUtf8() + '\n' +
                    (entry->isBinary() ? m_log->redacted(entry->data).toHex(' ') : entry->data) + "\n\n";
        else
            text += entryText(*entry);
    }
    return m_log->redacted(text);
}

void StreamView::copyEntry()
{
    const StreamEntry *entry = m_model->entry(m_table->currentIndex().row());
    if (!entry)
        return;
    const QByteArray bytes = m_log->redacted(entry->data);
    QGuiApplication::clipboard()->setText(entry->isBinary() ? QString::fromLatin1(bytes.toHex(' '))
                                                            : QString::fromUtf8(bytes));
}

void StreamView::copyAll()
{
    QGuiApplication::clipboard()->setText(QString::fromUtf8(shownText()));
}

void StreamView::save()
{
    auto *dialog = new QFileDialog(this, tr("Save Stream"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(m_log->kind() == StreamKind::Lines ? u"stream.jsonl"_s : u"stream.txt"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
        m_background.run(
            this,
            [path, text = shownText()]() -> QString {
                QSaveFile file(path);
                if (!file.open(QIODevice::WriteOnly))
                    return file.errorString();
                file.write(text);
                return file.commit() ? QString() : file.errorString();
            },
            [this, path](const QString &problem) {
                if (problem.isEmpty())
                    Q_EMIT saved(path);
                else
                    Q_EMIT failed(Error{Error::Kind::StorageFailed,
                                        tr("%1 could not be written: %2.").arg(path, problem),
                                        {}});
            });
    });
    dialog->open();
}

} // namespace keydesk
