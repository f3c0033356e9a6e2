#include "ui/environments/VariablesPane.h"

#include "app/keys/KeyRing.h"
#include "app/keys/SecretVariables.h"
#include "app/models/NameValueModel.h"
#include "app/models/SecretVariablesModel.h"
#include "ui/environments/SecretVariableDialog.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/NameValueTable.h"

#include <QAction>
#include <QHeaderView>
#include <QMessageBox>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostRowsAtOnce = 6;

/// As high as its rows, up to a few: the plain variables have the rest.
class SecretTable final : public QTableView
{
public:
    using QTableView::QTableView;

    [[nodiscard]] QSize sizeHint() const override
    {
        const int rows = qMin(model() ? model()->rowCount() : 0, mostRowsAtOnce);
        return {QTableView::sizeHint().width(), horizontalHeader()->sizeHint().height() + rows * verticalHeader()->defaultSectionSize() + 1};
    }
    [[nodiscard]] QSize minimumSizeHint() const override { return {0, sizeHint().height()}; }
};

} // namespace

VariablesPane::VariablesPane(SecretVariables &secrets, const KeyStore &keys, const KeyRing &ring, QWidget *parent)
    : QWidget(parent)
    , m_secrets(secrets)
    , m_ring(ring)
    , m_plain(new NameValueModel(this))
    , m_model(new SecretVariablesModel(secrets, keys, this))
    , m_table(new NameValueTable(m_plain, tr("Variables")))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_table, 1);
    auto *rule = new QFrame;
    rule->setFrameShape(QFrame::HLine);
    rule->setFixedHeight(1);
    layout->addWidget(rule);
    layout->addWidget(makeSecrets());

    connect(m_plain, &NameValueModel::edited, this, [this] { Q_EMIT edited(m_plain->rows()); });
    connect(m_model, &SecretVariablesModel::failed, this, &VariablesPane::failed);
    connect(m_model, &SecretVariablesModel::modelReset, this, &VariablesPane::showSecretsState);
    const auto showState = [this] { showSecretsState(); };
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, showState);
    connect(m_secretTable->selectionModel(), &QItemSelectionModel::currentChanged, this, showState);
    connect(m_plain, &NameValueModel::dataChanged, this, showState);
    showSecretsState();
}

QWidget *VariablesPane::makeSecrets()
{
    m_none = new RoleLabel(theme::Role::SecondText);
    m_none->setText(tr("A secret variable has its value in the keychain and goes to this environment's host only."));
    m_secretTable = new SecretTable;
    m_secretTable->setModel(m_model);
    m_secretTable->setAccessibleName(tr("Secret variables"));
    m_secretTable->setFrameShape(QFrame::NoFrame);
    m_secretTable->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_secretTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_secretTable->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_secretTable->setTabKeyNavigation(false);
    m_secretTable->verticalHeader()->hide();
    m_secretTable->horizontalHeader()->setStretchLastSection(true);
    m_secretTable->horizontalHeader()->setSectionsClickable(false);
    m_secretTable->horizontalHeader()->resizeSection(SecretVariablesModel::Name, 220);
    m_secretTable->horizontalHeader()->setSectionResizeMode(SecretVariablesModel::Value, QHeaderView::ResizeToContents);
    m_secretTable->horizontalHeader()->setSectionResizeMode(SecretVariablesModel::Place, QHeaderView::ResizeToContents);
    connect(m_secretTable, &QTableView::doubleClicked, this, &VariablesPane::change);
    auto *removeKey = new QAction(tr("Delete Secret…"), m_secretTable);
    removeKey->setShortcuts({QKeySequence::Delete, QKeySequence(Qt::Key_Backspace)});
    removeKey->setShortcutContext(Qt::WidgetShortcut);
    auto *changeKey = new QAction(tr("Change Value…"), m_secretTable);
    changeKey->setShortcuts({QKeySequence(Qt::Key_Return), QKeySequence(Qt::Key_Enter)});
    changeKey->setShortcutContext(Qt::WidgetShortcut);
    auto *rename = new QAction(tr("Rename"), m_secretTable);
    m_secretTable->addActions({changeKey, rename, removeKey});
    m_secretTable->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(removeKey, &QAction::triggered, this, &VariablesPane::remove);
    connect(changeKey, &QAction::triggered, this, &VariablesPane::change);
    connect(rename, &QAction::triggered, this, [this] {
        if (const QModelIndex index = m_secretTable->currentIndex(); index.isValid())
            m_secretTable->edit(index.siblingAtColumn(SecretVariablesModel::Name));
    });

    auto *add = new QPushButton(icon(u"plus"_s), tr("Add Secret…"));
    m_make = new QPushButton(icon(u"lock"_s), tr("Make Secret"));
    m_make->setToolTip(tr("Moves the value of the chosen variable above into the keychain (Ctrl+M)"));
    m_change = new QPushButton(tr("Change Value…"));
    m_remove = new QPushButton(tr("Delete Secret…"));
    for (QPushButton *each : {add, m_make, m_change, m_remove})
        each->setFlat(true);
    connect(add, &QPushButton::clicked, this, [this] { ask({}); });
    connect(m_make, &QPushButton::clicked, this, &VariablesPane::makeSecret);
    connect(m_change, &QPushButton::clicked, this, &VariablesPane::change);
    connect(m_remove, &QPushButton::clicked, this, &VariablesPane::remove);

    // Tab gets to the button over the rows below only, which are then the chosen ones.
    auto *makeKey = new QAction(tr("Make Secret"), m_table);
    makeKey->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_M));
    makeKey->setShortcutContext(Qt::WidgetShortcut);
    m_table->addAction(makeKey);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(makeKey, &QAction::triggered, m_make, &QPushButton::click);

    auto *box = new QWidget;
    auto *layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto *words = new QHBoxLayout;
    words->setContentsMargins(theme::panePadding, theme::gap, theme::panePadding, 0);
    words->addWidget(m_none, 1);
    auto *buttons = new QHBoxLayout;
    buttons->setContentsMargins(theme::gap, theme::gap, theme::panePadding, theme::gap);
    buttons->setSpacing(theme::gap);
    buttons->addWidget(add);
    buttons->addWidget(m_make);
    buttons->addStretch(1);
    buttons->addWidget(m_change);
    buttons->addWidget(m_remove);
    layout->addWidget(m_secretTable);
    layout->addLayout(words);
    layout->addLayout(buttons);
    return box;
}

void VariablesPane::showEnvironment(const Environment &environment)
{
    if (m_plain->rows() != environment.variables)
        m_plain->setRows(environment.variables);
    m_model->setEnvironment(environment);
    showSecretsState();
}

int VariablesPane::count() const
{
    return m_plain->usedCount() + m_model->rowCount();
}

QString VariablesPane::chosenSecret() const
{
    return m_secretTable->currentIndex().isValid() ? m_model->nameAt(m_secretTable->currentIndex().row()) : QString();
}

void VariablesPane::showSecretsState()
{
    const bool any = m_model->rowCount() > 0;
    m_secretTable->setVisible(any);
    m_secretTable->updateGeometry();
    m_none->setVisible(!any);
    m_change->setVisible(any);
    m_remove->setVisible(any);
    m_change->setEnabled(!chosenSecret().isEmpty());
    m_remove->setEnabled(!chosenSecret().isEmpty());
    const QList<NameValue> rows = m_plain->rows();
    const int row = m_table->currentIndex().row();
    m_make->setEnabled(row >= 0 && row < rows.size() && !rows.at(row).name.isEmpty() && !rows.at(row).value.isEmpty());
}

void VariablesPane::ask(const QString &name)
{
    auto *dialog = new SecretVariableDialog(m_model->environment(), name, m_secrets, m_ring, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &SecretVariableDialog::stored, this, [this](const QString &stored) {
        Q_EMIT message(tr("“%1” is stored and was read back. Write {{%1}} where it belongs.").arg(stored));
    });
    dialog->open();
}

void VariablesPane::makeSecret()
{
    const NameValue row = m_plain->rows().value(m_table->currentIndex().row());
    const auto name = SecretVariables::checkName(m_model->environment(), row.name);
    if (!name) {
        Q_EMIT failed(name.error());
        return;
    }
    QByteArray value = row.value.toUtf8();
    m_secrets.set(m_model->environment().id, *name, std::make_shared<const Secret>(Secret::take(std::move(value))), this,
                  [this, stored = *name](const Result<void> &done) {
                      if (done)
                          Q_EMIT message(tr("“%1” is a secret now: its value moved into the keychain. Calls that were made with it before may still "
                                            "show it in the history.")
                                             .arg(stored));
                      else
                          Q_EMIT failed(done.error());
                  });
}

void VariablesPane::change()
{
    if (const QString name = chosenSecret(); !name.isEmpty())
        ask(name);
}

void VariablesPane::remove()
{
    const QString name = chosenSecret();
    if (name.isEmpty())
        return;
    auto *box = new QMessageBox(QMessageBox::Warning, tr("Delete Secret Variable"), tr("Delete the secret variable “%1”?").arg(name),
                                QMessageBox::NoButton, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(tr("Its value is deleted from the keychain and cannot be brought back. Requests that say {{%1}} are not sent until it has "
                               "one again.")
                                .arg(name));
    QPushButton *yes = box->addButton(tr("Delete"), QMessageBox::DestructiveRole);
    yes->setProperty("danger", true);
    box->setDefaultButton(box->addButton(QMessageBox::Cancel));
    connect(yes, &QPushButton::clicked, this, [this, id = m_model->environment().id, name] {
        if (const auto removed = m_secrets.remove(id, name); !removed)
            Q_EMIT failed(removed.error());
    });
    box->open();
}

} // namespace keydesk
