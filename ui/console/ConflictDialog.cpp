#include "ui/console/ConflictDialog.h"

#include "app/base/Redactor.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/CodeView.h"

#include <QBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace keydesk {

ConflictDialog::ConflictDialog(const RequestConflict &conflict, const Redactor &redactor, QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Changed Twice"));
    auto *columns = new QHBoxLayout;
    columns->setSpacing(theme::groupGap);
    const auto add = [&](const QString &title, const QString &text) {
        auto *label = new QLabel(title);
        label->setFont(theme::titleFont(font()));
        auto *view = new CodeView;
        view->setReadOnly(true);
        view->setAccessibleName(title);
        view->setPlainText(CodeView::withVisibleControls(redactor.redactText(text)));
        label->setBuddy(view);
        auto *column = new QVBoxLayout;
        column->addWidget(label);
        column->addWidget(view, 1);
        columns->addLayout(column);
    };
    add(tr("Mine"), conflict.ours);
    add(tr("Theirs, in the file"), conflict.theirs.isEmpty() ? tr("It is not there any more.") : conflict.theirs);

    auto *ours = new QPushButton(tr("Keep Mine"));
    auto *theirs = new QPushButton(tr("Take Theirs"));
    theirs->setEnabled(conflict.theirRequest.has_value());
    auto *later = new QPushButton(tr("Decide Later"));
    later->setDefault(true);
    connect(ours, &QPushButton::clicked, this, [this] {
        Q_EMIT oursChosen();
        accept();
    });
    connect(theirs, &QPushButton::clicked, this, [this] {
        Q_EMIT theirsChosen();
        accept();
    });
    connect(later, &QPushButton::clicked, this, &QDialog::reject);
    auto *foot = new QHBoxLayout;
    foot->addWidget(ours);
    foot->addWidget(theirs);
    foot->addStretch(1);
    foot->addWidget(later);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::dialogPadding);
    layout->setSpacing(theme::panePadding);
    layout->addLayout(columns, 1);
    layout->addLayout(foot);
    resize(900, 480);
}

} // namespace keydesk
