#include "ui/viewer/FilterField.h"

#include "app/filter/FilterHistory.h"
#include "app/filter/FilterJob.h"
#include "app/filter/MemberNames.h"
#include "ui/console/PaneParts.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/viewer/FilePane.h"
#include "ui/viewer/FilterCompleter.h"
#include "ui/viewer/FilterResult.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QKeyEvent>
#include <QLineEdit>
#include <QSplitter>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qint64 smallBody = 1024LL * 1024; // is filtered as one types

} // namespace

FilterField::FilterField(QSplitter &halves, std::shared_ptr<FilterHistory> history, QWidget *parent)
    : QWidget(parent)
    , m_halves(halves)
    , m_history(history ? std::move(history) : std::make_shared<FilterHistory>())
    , m_language(new QComboBox)
    , m_field(new QLineEdit)
    , m_run(new QToolButton)
    , m_problem(new FieldProblem(nullptr)) // the focus stays where the language is chosen
{
    m_language->addItem(tr("jq"), int(FilterLanguage::Jq));
    m_language->addItem(tr("JSON Pointer"), int(FilterLanguage::Pointer));
    m_language->addItem(tr("JSON Path"), int(FilterLanguage::Path));
    m_field->setFont(theme::fixedFont(m_field->font()));
    m_field->setPlaceholderText(tr(".items[] | .name    /items/0    $..name"));
    m_field->setAccessibleName(tr("Filter"));
    m_field->installEventFilter(this);
    m_run->setAutoRaise(true);
    m_run->setProperty("compact", true);
    auto *shut = new QToolButton;
    shut->setIcon(icon(u"close"_s, theme::Role::SecondText));
    shut->setAutoRaise(true);
    shut->setProperty("compact", true);
    shut->setAccessibleName(tr("Close filter"));
    shut->setToolTip(shut->accessibleName());

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(theme::panePadding, 6, theme::gap, 6);
    column->setSpacing(4);
    auto *row = new QHBoxLayout;
    row->setSpacing(4);
    row->addWidget(nameCombo(m_language, tr("Filter language"), false));
    row->addWidget(m_language);
    row->addWidget(m_field, 1);
    row->addWidget(m_run);
    row->addWidget(shut);
    column->addLayout(row);
    column->addWidget(m_problem);

    constexpr int settles = 300; // milliseconds
    m_runSoon.setSingleShot(true);
    m_runSoon.setInterval(settles);
    connect(&m_runSoon, &QTimer::timeout, this, &FilterField::run);
    auto *completer = new FilterCompleter(
        *m_field, [this] { return language(); }, [this] { return names(); },
        [this] { return m_history->expressions(); });
    connect(completer, &FilterCompleter::expressionTaken, this, &FilterField::run);
    connect(m_field, &QLineEdit::textChanged, this, &FilterField::takeEdit);
    connect(m_language, &QComboBox::activated, this, [this] {
        m_isLanguageChosen = true;
        run();
    });
    connect(m_run, &QToolButton::clicked, this, &FilterField::runOrStop);
    connect(shut, &QToolButton::clicked, this, &FilterField::close);
    showState();
    hide();
}

bool FilterField::suits(const ShownFile &file)
{
    if (!file.isText || file.text.coding() != TextCoding::Utf8)
        return false;
    for (const QString &end : {u".json"_s, u".jsonl"_s, u".ndjson"_s, u".har"_s}) {
        if (file.name.endsWith(end, Qt::CaseInsensitive))
            return true;
    }
    const QByteArray begin = QByteArray(file.head)
                                 .replace("\xEF\xBB\xBF", "")
                                 .replace('\x1E', ' ') // before the documents of RFC 7464
                                 .trimmed();
    return file.mimeType.contains("json") || begin.startsWith('{') || begin.startsWith('[');
}

void FilterField::setBody(std::shared_ptr<const FileBytes> body)
{
    m_body = std::move(body);
    m_names.reset();
    m_runSoon.stop();
    setProblem({});
    if (!m_result)
        return;
    m_result->clear();
    if (isVisible() && m_body && m_body->size() <= smallBody)
        run();
}

void FilterField::open()
{
    if (!m_result) {
        m_result = new FilterResult;
        m_halves.addWidget(m_result);
        connect(m_result, &FilterResult::stateChanged, this, &FilterField::showState);
        connect(m_result, &FilterResult::problemFound, this, &FilterField::showProblem);
        connect(m_result, &FilterResult::exampleChosen, this, [this](const QString &expression) {
            m_field->setText(expression);
            m_field->setFocus(Qt::OtherFocusReason);
            run();
        });
    }
    show();
    m_result->show();
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
}

void FilterField::close()
{
    m_runSoon.stop();
    m_result->stop();
    m_result->hide();
    hide();
    Q_EMIT closed();
}

FilterLanguage FilterField::language() const
{
    return FilterLanguage(m_language->currentData().toInt());
}

void FilterField::takeEdit()
{
    if (m_field->text().isEmpty())
        m_isLanguageChosen = false;
    if (!m_isLanguageChosen)
        m_language->setCurrentIndex(m_language->findData(int(guessFilterLanguage(m_field->text()))));
    m_runSoon.stop();
    if (m_body && m_body->size() <= smallBody)
        m_runSoon.start();
}

void FilterField::run()
{
    m_runSoon.stop();
    setProblem({});
    if (!m_body || !m_result)
        return;
    if (m_field->text().trimmed().isEmpty())
        m_result->clear();
    else
        m_result->run(m_body, language(), m_field->text());
}

void FilterField::runOrStop()
{
    if (m_result->isRunning()) {
        m_result->stop();
        return;
    }
    m_history->add(m_field->text());
    run();
}

void FilterField::showState()
{
    const bool runs = m_result && m_result->isRunning();
    m_run->setText(runs ? tr("Stop") : tr("Run"));
    m_run->setAccessibleName(runs ? tr("Stop filter") : tr("Run filter"));
}

void FilterField::showProblem(const FilterProblem &problem)
{
    constexpr qsizetype shown = 16; // characters
    const QString here = problem.place ? m_field->text().mid(*problem.place, shown) : QString();
    QString text = tr("%1.").arg(problem.text);
    if (problem.place && here.isEmpty())
        text = tr("At the end: %1.").arg(problem.text);
    else if (problem.place)
        text = tr("At character %L1, “%2”: %3.").arg(*problem.place + 1).arg(here, problem.text);
    setProblem(text);
}

/// Empty: there is none.
void FilterField::setProblem(const QString &text)
{
    m_problem->setText(text);
    m_field->setAccessibleDescription(text);
}

QStringList FilterField::names()
{
    constexpr qint64 looked = 1024LL * 1024;
    if (!m_names)
        m_names = m_body ? memberNames(m_body->read(0, looked)) : QStringList();
    return *m_names;
}

bool FilterField::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const bool isRun = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        const bool isEscape = key->key() == Qt::Key_Escape;
        if (isRun || isEscape) {
            event->accept();
            if (event->type() == QEvent::KeyPress) {
                if (isRun) {
                    m_history->add(m_field->text());
                    run();
                } else if (m_result->isRunning()) {
                    m_result->stop();
                } else {
                    close();
                }
            }
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace keydesk
