#include "ui/console/ImportApiDialog.h"

#include "app/Core.h"
#include "ui/console/PaneParts.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/MessageBar.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>

namespace keydesk {

using namespace Qt::StringLiterals;

ImportApiDialog::ImportApiDialog(Core &core, const QString &path, QWidget *parent)
    : QDialog(parent)
    , m_work(core.providers, *core.catalogues, QDir(core.paths.config).filePath(u"providers"_s))
    , m_file(new ElidedLabel)
    , m_choose(new QPushButton(tr("Choose File…")))
    , m_progress(new QProgressBar)
    , m_messages(new MessageBar)
    , m_facts(new QWidget)
    , m_summary(new RoleLabel(theme::Role::Text))
    , m_name(new QLineEdit)
    , m_baseUrl(new QComboBox)
    , m_withProvider(new QCheckBox(tr("Make a &provider of it, so that it has environments and keys")))
    , m_problem(new RoleLabel(theme::Role::SecondText, RoleLabel::Size::Second))
    , m_reportTitle(new QLabel)
    , m_report(new QPlainTextEdit)
    , m_keep(new QPushButton(tr("Import")))
    , m_cancel(new QPushButton(tr("Cancel")))
{
    setWindowTitle(tr("Import OpenAPI"));
    setWindowFlag(Qt::WindowMinMaxButtonsHint);
    auto *title = new QLabel(tr("Import OpenAPI"));
    title->setFont(theme::titleFont(font()));
    m_file->setTextFormat(Qt::PlainText);
    m_progress->setAccessibleName(tr("Progress"));
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(4);
    m_progress->setRange(0, 0);
    m_choose->setAutoDefault(false);
    m_cancel->setAutoDefault(false);
    m_keep->setProperty("primary", true);
    m_keep->setDefault(true);
    buildFacts();

    auto *fileRow = new QHBoxLayout;
    fileRow->setSpacing(theme::gap);
    fileRow->addWidget(m_file, 1);
    fileRow->addWidget(m_choose);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(theme::gap);
    buttons->addStretch(1);
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_keep);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding,
                               theme::dialogPadding);
    layout->setSpacing(theme::panePadding);
    layout->addWidget(title);
    layout->addLayout(fileRow);
    layout->addWidget(m_progress);
    layout->addWidget(m_messages);
    layout->addWidget(m_facts, 1);
    layout->addStretch(0);
    layout->addLayout(buttons);
    resize(620, 480);

    connect(m_choose, &QPushButton::clicked, this, &ImportApiDialog::chooseFile);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (m_work.isReading()) {
            m_work.cancel();
            m_messages->show(MessageBar::Level::Info, tr("Stopped. Nothing was imported."));
            showState();
            return;
        }
        reject();
    });
    connect(m_keep, &QPushButton::clicked, this, &ImportApiDialog::keep);
    connect(&m_work, &ImportApi::read, this, &ImportApiDialog::showApi);
    connect(&m_work, &ImportApi::failed, this, &ImportApiDialog::showFailure);
    connect(&m_work, &ImportApi::kept, this, [this] {
        QString message = tr("Imported “%1”: %n call(s) in the list of requests.", nullptr,
                             static_cast<int>(m_work.api()->catalogue.endpoints.size()))
                              .arg(m_name->text().trimmed());
        if (m_withProvider->isChecked())
            message += u' ' + tr("Its provider is there after the next start of Keydesk.");
        Q_EMIT imported(message);
        accept();
    });
    readFile(path);
}

void ImportApiDialog::buildFacts()
{
    m_name->setAccessibleName(tr("Name of the API"));
    m_baseUrl->setEditable(true);
    m_baseUrl->setInsertPolicy(QComboBox::NoInsert);
    m_baseUrl->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_baseUrl->setMinimumContentsLength(30);
    m_baseUrl->lineEdit()->setAccessibleName(tr("Base URL"));
    m_baseUrl->lineEdit()->setPlaceholderText(tr("https://api.example.com/v1"));
    m_withProvider->setChecked(true);
    m_report->setReadOnly(true);
    m_report->setAccessibleName(tr("Report"));
    m_report->setTabChangesFocus(true);
    m_reportTitle->setBuddy(m_report);

    auto *form = new QFormLayout;
    form->setSpacing(theme::gap);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("&Name"), m_name);
    form->addRow(tr("&Base URL"), m_baseUrl);
    auto *layout = new QVBoxLayout(m_facts);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::gap);
    layout->addWidget(m_summary);
    layout->addLayout(form);
    layout->addWidget(m_withProvider);
    layout->addWidget(m_problem);
    layout->addWidget(m_reportTitle);
    layout->addWidget(m_report, 1);

    connect(m_name, &QLineEdit::textChanged, this, &ImportApiDialog::showState);
    connect(m_baseUrl, &QComboBox::editTextChanged, this, &ImportApiDialog::showState);
    connect(m_withProvider, &QCheckBox::toggled, this, &ImportApiDialog::showState);
}

QFileDialog *ImportApiDialog::makeFileDialog(QWidget *parent)
{
    auto *dialog = new QFileDialog(parent, tr("Choose an OpenAPI File"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("OpenAPI files (*.json *.yaml *.yml)"), tr("All files (*)")});
    return dialog;
}

void ImportApiDialog::chooseFile()
{
    QFileDialog *dialog = makeFileDialog(this);
    connect(dialog, &QFileDialog::fileSelected, this, &ImportApiDialog::readFile);
    dialog->open();
}

void ImportApiDialog::readFile(const QString &path)
{
    m_file->setText(QDir::toNativeSeparators(path));
    m_file->setToolTip(QDir::toNativeSeparators(path).toHtmlEscaped());
    m_messages->clear();
    m_work.readFile(path);
    showState();
}

void ImportApiDialog::showApi()
{
    const ImportedApi &api = *m_work.api();
    m_summary->setText(tr("%1: %2.", "OpenAPI 3.0.3: 57 calls in 9 groups.")
                           .arg(api.version, tr("%1 in %2")
                                                 .arg(tr("%n call(s)", nullptr,
                                                         static_cast<int>(api.catalogue.endpoints.size())),
                                                      tr("%n group(s)", nullptr, api.groups))));
    m_name->setText(api.catalogue.name);
    m_baseUrl->clear();
    m_baseUrl->addItems(api.baseUrls);
    m_baseUrl->setEditText(api.baseUrls.value(0));
    m_reportTitle->setText(tr("What was changed or could not be expressed (%1):").arg(api.report.size()));
    m_report->setPlainText(api.report.join(u'\n'));
    m_reportTitle->setVisible(!api.report.isEmpty());
    m_report->setVisible(!api.report.isEmpty());
    showState();
    m_name->setFocus();
    m_name->selectAll();
}

void ImportApiDialog::showFailure(const Error &error)
{
    m_keeping = false;
    m_messages->show(MessageBar::Level::Danger, error.message);
    showState();
}

ApiImport ImportApiDialog::choice() const
{
    return {m_name->text().trimmed(), m_baseUrl->currentText().trimmed(), m_withProvider->isChecked()};
}

void ImportApiDialog::showState()
{
    const bool isReading = m_work.isReading();
    const bool isThere = m_work.api().has_value();
    m_progress->setVisible(isReading || m_keeping);
    m_choose->setEnabled(!isReading && !m_keeping);
    m_facts->setVisible(isThere);
    m_cancel->setText(isReading ? tr("Stop") : tr("Cancel"));
    m_cancel->setEnabled(!m_keeping);
    const QString problem = isThere ? m_work.problemWith(choice()) : QString();
    m_problem->setInk(problem.isEmpty() ? theme::Role::SecondText : theme::Role::Danger);
    m_problem->setText(!problem.isEmpty() ? problem
                       : m_withProvider->isChecked()
                           ? tr("The provider is there after the next start of Keydesk. Until then its calls "
                                "name their host themselves.")
                           : tr("Its calls name their host themselves, and no key goes with them."));
    m_keep->setEnabled(isThere && !m_keeping && problem.isEmpty());
}

void ImportApiDialog::keep()
{
    m_keeping = true;
    showState();
    m_work.keep(choice());
}

} // namespace keydesk
